import type { KafkaRange } from '@hourmill/core';
import type { BatchSummary, TimeWindow } from './batch-summary.ts';
import type { CutStart } from './find-loss.ts';
import { settleEnd } from './settle-end.ts';
import type { TopicLog } from './topic-log.ts';

export interface ResolvedRanges {
  /** One a partition, in their order; also when it is empty. */
  readonly ranges: readonly KafkaRange[];
  /** The partitions whose log begins only where the range does, or too near to it to tell. */
  readonly cutStarts: readonly CutStart[];
  /** Stored bytes of an offset by partition, from the batches at the start of the range: an estimate. */
  readonly bytesPerOffset: ReadonlyMap<number, number>;
}

/** Enough for some batches, little beside what a run reads. */
const SAMPLE_BYTES = 64 << 10;
/**
 * So many records from before the window at the start of the log, and it begins before the window too. One alone shows nothing:
 * it may have come late, and what was written before it be of the window.
 */
const SURE_OFFSETS = 1_000;
/** Partitions that are looked at at the same time. */
const LOOKS_AT_ONCE = 8;

/**
 * The offsets of a window in every partition: from the first record with a time >= `fromMs` to where {@link settleEnd} finds the end
 * of the window. What is appended meanwhile is left out: the log is taken to end at the high watermark of the beginning.
 */
export async function resolveRanges(log: TopicLog, window: TimeWindow, signal?: AbortSignal): Promise<ResolvedRanges> {
  const { topic, topicId, partitions } = log;
  const ends = await log.offsets({ at: 'end' }, partitions, signal);
  const firsts = await log.offsets({ at: 'time', timeMs: window.fromMs }, partitions, signal);
  const answers = await log.offsets({ at: 'time', timeMs: window.toMs }, partitions, signal);
  // After the others, so that a start that moved meanwhile is seen.
  const starts = await log.offsets({ at: 'start' }, partitions, signal);

  const ranges: KafkaRange[] = [];
  const cutStarts: CutStart[] = [];
  const bytesPerOffset = new Map<number, number>();
  const resolve = async (partition: number): Promise<void> => {
    const lookAt = (offset: number, maxBytes: number) => log.batches(partition, offset, maxBytes, signal);
    const logStart = starts.get(partition) ?? 0;
    const limit = Math.max(ends.get(partition) ?? 0, logStart);
    const startOffset = Math.max(logStart, Math.min(firsts.get(partition) ?? limit, limit));
    const answer = Math.max(startOffset, Math.min(answers.get(partition) ?? limit, limit));
    const endOffset = await settleEnd({ window, answer, limit, lookAt });
    ranges.push({ topic, topicId, partition, startOffset, endOffset });
    const isNear = startOffset < limit && startOffset < logStart + SURE_OFFSETS;
    if (logStart > 0 && (startOffset === logStart || isNear)) {
      const [first] = logStart < limit ? await lookAt(logStart, 1) : [];
      const isInsideBatch = first !== undefined && first.baseOffset < logStart;
      cutStarts.push({ topic, partition, logStart, isInsideBatch });
    }
    if (endOffset > startOffset) bytesPerOffset.set(partition, density(await lookAt(startOffset, SAMPLE_BYTES)));
  };
  await eachOf(partitions, LOOKS_AT_ONCE, resolve);
  const byPartition = (a: { partition: number }, b: { partition: number }): number => a.partition - b.partition;
  return { ranges: ranges.sort(byPartition), cutStarts: cutStarts.sort(byPartition), bytesPerOffset };
}

function density(batches: readonly BatchSummary[]): number {
  const [first] = batches;
  const last = batches.at(-1);
  if (first === undefined || last === undefined) return 0;
  const bytes = batches.reduce((sum, batch) => sum + batch.bytes, 0);
  return bytes / (last.lastOffset + 1 - first.baseOffset);
}

async function eachOf<T>(items: readonly T[], atOnce: number, action: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await action(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
