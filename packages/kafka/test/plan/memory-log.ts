import type { BatchSummary } from '../../src/plan/batch-summary.ts';
import type { LogPoint, TopicLog } from '../../src/plan/topic-log.ts';
import type { TopicRetention } from '../../src/plan/topic-retention.ts';

export const KEPT_FOR_EVER: TopicRetention = { maxAgeMs: null, maxBytes: null, deletes: true };

/** Times of the records of a batch; null is a record that compaction took away. */
export type BatchTimes = readonly (number | null)[];

export interface MemoryPartition {
  readonly batches: readonly BatchTimes[];
  /** Default 0. */
  readonly logStart?: number;
  /** Default: the log end. What the last stable offset is at each look, the last one for ever. */
  readonly stableEnds?: readonly number[];
  readonly isAppendTime?: boolean;
  /** Of a record. Default 400. */
  readonly recordBytes?: number;
}

interface Entry {
  readonly batch: BatchSummary;
  readonly times: BatchTimes;
}

/** A topic as the rules of Kafka have it, in memory; it counts what is asked of it. */
export class MemoryLog implements TopicLog {
  readonly topic = 'events';
  readonly topicId = 'a-topic-id';
  readonly partitions: readonly number[];
  looks = 0;
  bytesLookedAt = 0;
  readonly #logs: readonly (MemoryPartition & { readonly entries: readonly Entry[]; readonly end: number })[];
  readonly #stableLooks = new Map<number, number>();
  readonly #retention: TopicRetention | null;

  constructor(partitions: readonly MemoryPartition[], retention: TopicRetention | null = KEPT_FOR_EVER) {
    this.partitions = partitions.map((_, partition) => partition);
    this.#logs = partitions.map((partition) => ({ ...partition, ...write(partition) }));
    this.#retention = retention;
  }

  async offsets(point: LogPoint, partitions: readonly number[]): Promise<Map<number, number | null>> {
    return new Map(partitions.map((partition) => [partition, this.#offsetAt(point, partition)]));
  }

  async batches(partition: number, offset: number, maxBytes: number): Promise<readonly BatchSummary[]> {
    this.looks += 1;
    const found: BatchSummary[] = [];
    let bytes = 0;
    const { entries } = this.#log(partition);
    for (let index = indexOf(entries, offset); index < entries.length && bytes < maxBytes; index += 1) {
      const batch = entries[index]?.batch as BatchSummary;
      found.push(batch);
      bytes += batch.bytes;
    }
    this.bytesLookedAt += bytes;
    return found;
  }

  async retention(): Promise<TopicRetention | null> {
    return this.#retention;
  }

  /** Offsets of the records with such times. */
  offsetsOf(partition: number, isWanted: (timeMs: number) => boolean): number[] {
    return this.#records(partition).flatMap(([offset, timeMs]) => (isWanted(timeMs) ? [offset] : []));
  }

  #offsetAt(point: LogPoint, partition: number): number | null {
    const { logStart = 0, end, stableEnds = [] } = this.#log(partition);
    switch (point.at) {
      case 'start':
        return logStart;
      case 'end':
        return end;
      case 'stable end': {
        const look = this.#stableLooks.get(partition) ?? 0;
        this.#stableLooks.set(partition, look + 1);
        return stableEnds[Math.min(look, stableEnds.length - 1)] ?? end;
      }
      case 'time':
        return this.#records(partition).find(([, timeMs]) => timeMs >= point.timeMs)?.[0] ?? null;
    }
  }

  #records(partition: number): [offset: number, timeMs: number][] {
    const { entries, logStart = 0 } = this.#log(partition);
    return entries.flatMap(({ batch, times }) =>
      times.flatMap((timeMs, index): [number, number][] => {
        const offset = batch.baseOffset + index;
        return timeMs === null || offset < logStart ? [] : [[offset, batch.isAppendTime ? batch.maxMs : timeMs]];
      }),
    );
  }

  #log(partition: number) {
    const log = this.#logs[partition];
    if (log === undefined) throw new RangeError(`there is no partition ${partition}`);
    return log;
  }
}

/** Of the first batch that ends behind an offset. */
function indexOf(entries: readonly Entry[], offset: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.batch.lastOffset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function write(partition: MemoryPartition): { entries: Entry[]; end: number } {
  const { batches, isAppendTime = false, recordBytes = 400 } = partition;
  const entries: Entry[] = [];
  let end = 0;
  for (const times of batches) {
    const there = times.filter((time) => time !== null);
    const maxMs = Math.max(-1, ...there);
    const batch = {
      baseOffset: end,
      lastOffset: end + times.length - 1,
      bytes: 61 + there.length * recordBytes,
      records: there.length,
      firstMs: isAppendTime ? maxMs : (there[0] ?? maxMs),
      maxMs,
      isAppendTime,
      isControl: false,
    };
    entries.push({ batch, times });
    end += times.length;
  }
  return { entries, end };
}
