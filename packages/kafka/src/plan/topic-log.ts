import type { Millis } from '@hourmill/core';
import type { BatchSummary } from './batch-summary.ts';
import type { TopicRetention } from './topic-retention.ts';

/** A place of a partition's log that a broker knows by itself (ListOffsets, KIP-79). */
export type LogPoint =
  /** The first offset that is there: retention and DeleteRecords move it. */
  | { readonly at: 'start' }
  /** The high watermark: what is below it is on all replicas. */
  | { readonly at: 'end' }
  /** The last stable offset: below it no transaction is open (KIP-98). */
  | { readonly at: 'stable end' }
  /** The first record with this time or a later one. */
  | { readonly at: 'time'; readonly timeMs: Millis };

/** What the plan asks about a topic. Implementations retry; their failures are HM_INPUT_*. */
export interface TopicLog {
  readonly topic: string;
  /** UUID as text (KIP-516). */
  readonly topicId: string;
  /** Of all partitions, from low to high. */
  readonly partitions: readonly number[];
  /** By partition. Null: no record has such a time. */
  offsets(
    point: LogPoint,
    partitions: readonly number[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<number, number | null>>;
  /**
   * Batches from the one that holds `offset`, or the next behind it, in order, committed or not: of about `maxBytes`, but one at
   * least. None: there is none.
   * @throws HM_INPUT_006 when the offset is below the start of the log
   */
  batches(partition: number, offset: number, maxBytes: number, signal?: AbortSignal): Promise<readonly BatchSummary[]>;
  /** Null: we may not read the topic's settings. */
  retention(signal?: AbortSignal): Promise<TopicRetention | null>;
}
