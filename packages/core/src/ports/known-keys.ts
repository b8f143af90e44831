/** A set of fingerprints that is not in memory: of earlier hours, or of what was built of this one. */
export interface KnownKeys {
  /** At most so many distinct ones. */
  readonly keys: number;
  /**
   * Those with `from <= h1 < to`, in pieces of whole keys: 16 bytes each, h1 then h2, little-endian. In no order, and one may come
   * more than once. A piece is the caller's until the next one. Ranges may be read by several callers at once.
   * @param from of h1, 0 to 2^64
   * @throws HM_LEDGER_004 when a file is damaged, HM_STORE_*
   */
  read(from: bigint, to: bigint, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
