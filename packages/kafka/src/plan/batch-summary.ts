import type { Millis } from '@hourmill/core';

/** What the header of a record batch tells of its records (KIP-98), which are not looked at. */
export interface BatchSummary {
  /** Of the batch as it was written: compaction takes records away at both ends but leaves these. */
  readonly baseOffset: number;
  /** Included. */
  readonly lastOffset: number;
  /** As stored, header included. */
  readonly bytes: number;
  /** Of records that are there. */
  readonly records: number;
  /** Time of the first record. {@link maxMs} where the header does not hold it; -1 for none. */
  readonly firstMs: Millis;
  /** The latest time of all records; -1 when none has a time. */
  readonly maxMs: Millis;
  /** LogAppendTime: every record has the time {@link maxMs}. */
  readonly isAppendTime: boolean;
  /** A marker that ends a transaction. Its time is that of the broker. */
  readonly isControl: boolean;
}

/** Record times that a run reads, `[fromMs, toMs)`: an hour and its slack. */
export interface TimeWindow {
  readonly fromMs: Millis;
  readonly toMs: Millis;
}

/** The header shows a time of the window: such a record is, or was before compaction, in the batch. */
export function showsWindow({ firstMs, maxMs }: BatchSummary, { fromMs, toMs }: TimeWindow): boolean {
  const isInside = (timeMs: Millis): boolean => timeMs >= fromMs && timeMs < toMs;
  return isInside(firstMs) || isInside(maxMs);
}

/** The header shows a time of the window or from before it. Records without a time show nothing. */
export function showsBefore({ firstMs, maxMs }: BatchSummary, toMs: Millis): boolean {
  return (firstMs >= 0 && firstMs < toMs) || (maxMs >= 0 && maxMs < toMs);
}

/** Whether records between the first and the latest may have times that the header does not show. */
export function mayHideTimes({ records, isAppendTime }: BatchSummary): boolean {
  return records > 1 && !isAppendTime;
}
