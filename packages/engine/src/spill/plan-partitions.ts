import { type EventFrame, eventFrames, type KeyBlock, type SpilledEvents } from './event-frames.ts';
import type { SpillHandle } from './spill-file.ts';

type InFile<T> = T & { readonly file: SpillHandle };

/** What one worker decides by itself: all events of a partition, and the keys that come before them. Plain data. */
export interface PartitionTask {
  readonly partition: number;
  /** Those that count as seen before any record come first. */
  readonly keys: readonly InFile<KeyBlock>[];
  /** In the order in which they are decided. */
  readonly frames: readonly InFile<EventFrame>[];
}

/**
 * The partitions of all workers' spilled events. Within a range the batches come in the order of positions, or its reverse for
 * `keep: last`, whoever wrote them; ranges are numbered in that order.
 */
export function planPartitions(
  spilled: readonly SpilledEvents[],
  partitions: number,
  reverse: boolean,
): PartitionTask[] {
  const tasks = Array.from({ length: partitions }, (_, partition) => {
    return { partition, keys: [] as InFile<KeyBlock>[], frames: [] as InFile<EventFrame>[] };
  });
  for (const { file, frames, keys } of spilled) {
    for (const frame of eventFrames(frames)) tasks[frame.partition]?.frames.push({ ...frame, file });
    for (const block of keys) tasks[block.partition]?.keys.push({ ...block, file });
  }
  for (const { frames, keys } of tasks) {
    keys.sort((a, b) => Number(b.isKnown) - Number(a.isKnown));
    frames.sort((a, b) => a.range - b.range || (reverse ? b.batch - a.batch : a.batch - b.batch));
  }
  return tasks.filter(({ frames, keys }) => frames.length > 0 || keys.length > 0);
}
