import { chunkAt, type Millis, type SegmentGranularity, type TimeChunk } from '@hourmill/core';

/** Two events of one key are duplicates of one another. */
export interface Event {
  readonly key: string;
  readonly timeMs: Millis;
  readonly page: string;
  readonly price: number;
  /**
   * Its own among all events of its hour, from 0 to 30. The metric `mask` is the sum of 4^digit, so a sum says of each event how
   * often it was counted.
   */
  readonly digit: number;
}

/** An event where it lies: of an object `<split id>#<etag>` and its line, of a topic `kafka:<topic id>/<partition>` and its offset. */
export interface PlacedEvent extends Event {
  readonly source: string;
  readonly record: number;
}

export const GRANULARITY: SegmentGranularity = 'hour';
export const HOUR_MS = 3600_000;
export const MOST_DIGITS = 31;

/** One line of JSON, with its mask as an integer of 64 bits. */
function lineOf({ key, timeMs, page, price, digit }: Event): string {
  return `{"key":"${key}","t":${timeMs},"page":"${page}","price":${price},"mask":${maskOf(digit)}}`;
}

export function bytesOf(events: readonly Event[]): Uint8Array {
  return new TextEncoder().encode(events.map((event) => `${lineOf(event)}\n`).join(''));
}

export function maskOf(digit: number): bigint {
  return 1n << BigInt(2 * digit);
}

export function isIn(chunk: TimeChunk): (event: Event) => boolean {
  return ({ timeMs }) => chunkAt(timeMs, GRANULARITY).startMs === chunk.startMs;
}

/** Which record it is, wherever it is met. */
export function positionOf({ source, record }: Pick<PlacedEvent, 'source' | 'record'>): string {
  return `${source} ${record}`;
}
