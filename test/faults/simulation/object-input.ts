import { isoMillis, objectSplit, type Split, type TimeChunk } from '@hourmill/core';
import { bytesOf, type Event, HOUR_MS, type PlacedEvent } from './events.ts';
import type { Input } from './input.ts';
import { MemorySource } from './memory-source.ts';

/** Objects in folders of hours: those of `<hour>/` are input of that hour, those of `<hour>+/` of the next one too. */
export class ObjectInput implements Input {
  readonly source = new MemorySource((path, chunk) => {
    const folder = path.slice(0, path.indexOf('/'));
    const [own, before] = [hourText(chunk.startMs), hourText(chunk.startMs - HOUR_MS)];
    return [own, `${own}+`, `${before}+`].includes(folder);
  });
  readonly #written = new Map<string, readonly PlacedEvent[]>();

  /** Writes or replaces an object. */
  write(hour: TimeChunk, name: string, events: readonly Event[], isWide: boolean): void {
    const path = `${hourText(hour.startMs)}${isWide ? '+' : ''}/${name}`;
    const source = `memory:${encodeURIComponent(path)}#${this.source.write(path, bytesOf(events))}`;
    this.#written.set(
      source,
      events.map((event, record) => ({ ...event, source, record })),
    );
  }

  eventsOf(split: Split): readonly PlacedEvent[] {
    const { id, etag } = objectSplit(split);
    return this.#written.get(`${id}#${etag}`) ?? [];
  }

  eventAt(source: string, record: number): PlacedEvent | undefined {
    return this.#written.get(source)?.[record];
  }

  async now(hour: TimeChunk): Promise<readonly PlacedEvent[]> {
    const { splits } = await this.source.list(hour);
    return splits.flatMap((split) => this.eventsOf(split));
  }
}

function hourText(startMs: number): string {
  return isoMillis(startMs).slice(0, 13);
}
