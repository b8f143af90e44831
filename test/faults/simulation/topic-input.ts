import {
  invariant,
  type KafkaRange,
  type KafkaSplit,
  type Listing,
  type ObjectSplit,
  type Source,
  type Split,
  type TimeChunk,
} from '@hourmill/core';
import { bytesOf, type Event, type PlacedEvent } from './events.ts';
import type { Input } from './input.ts';

const PLACE = { topic: 'raw', topicId: '00000000-0000-4000-8000-000000000001' } as const;
const PARTITIONS = [0, 1] as const;

interface Message extends PlacedEvent {
  /** The hour in which it arrived. */
  readonly arrivedMs: number;
}

/**
 * A topic: what arrived in an hour is input of that hour, whatever times the events have. Nothing changes once it is there. Splits are
 * read as if they were objects of lines; see {@link topicEngine}.
 */
export class TopicInput implements Input {
  readonly source: Source = {
    list: (chunk) => this.#list(chunk),
    read: (split) => this.#read(split),
  };
  readonly #partitions: readonly Message[][] = PARTITIONS.map(() => []);

  #closedMs = 0;

  /** Appends to a partition, unless the hour, or a later one, has been looked at: nothing arrives in the past. */
  write(hour: TimeChunk, name: string, events: readonly Event[]): void {
    const partition = Number(name) % PARTITIONS.length;
    const log = this.#partitions[partition] ?? [];
    if (hour.startMs <= this.#closedMs) return;
    const source = `kafka:${PLACE.topicId}/${partition}`;
    for (const event of events) log.push({ ...event, source, record: log.length, arrivedMs: hour.startMs });
  }

  eventsOf(split: Split): readonly PlacedEvent[] {
    invariant(split.type === 'kafka', 'a topic has splits of its own');
    return this.#partitions[split.partition]?.slice(split.startOffset, split.endOffset) ?? [];
  }

  eventAt(source: string, record: number): PlacedEvent | undefined {
    return this.#partitions[Number(source.at(-1))]?.[record];
  }

  async now(hour: TimeChunk): Promise<readonly PlacedEvent[]> {
    const { splits } = await this.#list(hour);
    return splits.flatMap((split) => this.eventsOf(split));
  }

  async #list(chunk: TimeChunk): Promise<Listing> {
    this.#closedMs = Math.max(this.#closedMs, chunk.startMs);
    const ranges = PARTITIONS.map((partition): KafkaRange => {
      const log = this.#partitions[partition] ?? [];
      const startOffset = countOf(log, ({ arrivedMs }) => arrivedMs < chunk.startMs);
      const endOffset = countOf(log, ({ arrivedMs }) => arrivedMs < chunk.endMs);
      return { ...PLACE, partition, startOffset, endOffset };
    });
    const splits = ranges
      .filter(({ startOffset, endOffset }) => endOffset > startOffset)
      .map((range, ordinal): KafkaSplit => {
        const id = `kafka:raw/${range.partition}@${range.startOffset}-${range.endOffset}`;
        return { type: 'kafka', ordinal, id, bytes: 1, isolation: 'read_committed', tombstones: 'reject', ...range };
      });
    return { splits, ranges, losses: [] };
  }

  async *#read({ id }: ObjectSplit): AsyncGenerator<Uint8Array> {
    const [, partition, start, end] = /\/(\d+)@(\d+)-(\d+)$/.exec(id) ?? [];
    yield bytesOf(this.#partitions[Number(partition)]?.slice(Number(start), Number(end)) ?? []);
  }
}

function countOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length;
}
