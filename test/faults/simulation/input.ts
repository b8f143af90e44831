import type { Source, Split, TimeChunk } from '@hourmill/core';
import type { Event, PlacedEvent } from './events.ts';

/** The raw events, as a source gives them and as the model knows them. */
export interface Input {
  readonly source: Source;
  /** Adds events to the input of an hour. @param name another one with the same name replaces it, where that can be */
  write(hour: TimeChunk, name: string, events: readonly Event[], isWide: boolean): void;
  /** Of a split of a plan, as it was then, in the order of records. */
  eventsOf(split: Split): readonly PlacedEvent[];
  /** The event of a late row. */
  eventAt(source: string, record: number): PlacedEvent | undefined;
  /** What a run of the hour would read now. */
  now(hour: TimeChunk): Promise<readonly PlacedEvent[]>;
}
