/** A transaction whose records nobody wants: those of its producer from `firstOffset` on, up to the producer's abort marker. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** Some of a partition's log, as a broker keeps it. */
export interface RecordSet {
  /**
   * Whole record batches in the order of offsets. The first may begin before the split and the last end behind it; between this
   * set and the one before no batch is missing. A view that is valid until the next call.
   */
  readonly bytes: Uint8Array;
  /** All that touch these batches, with `read_committed`; in no order. */
  readonly aborted: readonly AbortedTransaction[];
  /** Where losses are accepted: the log begins at this offset now, and what no set before had is gone for good. */
  readonly goneBefore?: number;
}

/** Reads the log of one Kafka split. Failures are HM_INPUT_*. One call at a time. */
export interface RecordSetReader {
  /**
   * The next batches, null behind the last. When it has to wait for them it gives a promise instead: call it again once that is
   * fulfilled.
   * @throws HM_INPUT_006 when offsets of the split are gone and losses are not accepted, HM_INPUT_007 when the log is not the planned one,
   *   HM_INPUT_005 when the broker does not answer until a deadline; the signal's reason once it is aborted
   */
  next(): RecordSet | null | Promise<void>;
  /** Lets go of requests and buffers. To be called once, also after a failure. */
  close(): void | Promise<void>;
}
