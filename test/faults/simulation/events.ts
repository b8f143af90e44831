import { chunkAt, type Millis, type SegmentGranularity, type TimeChunk } from '@hourmill/core';
import { type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';

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

export const GRANULARITY: SegmentGranularity = 'hour';
export const MOST_DIGITS = 31;

/** What two definitions of the same pipeline differ in. */
export interface DefinitionVariant {
  readonly deduplicate: 'first' | 'last' | 'none';
  readonly dimension: boolean;
}

const loaded = new Map<string, LoadedDefinition>();

export function definitionOf(variant: DefinitionVariant): LoadedDefinition {
  const name = JSON.stringify(variant);
  const found = loaded.get(name) ?? load(variant);
  loaded.set(name, found);
  return found;
}

function load({ deduplicate, dimension }: DefinitionVariant): LoadedDefinition {
  const text = `
name: p
source: { type: files, paths: [in.json] }
format: { type: json }
timestamp: { column: t, format: millis }
${deduplicate === 'none' ? '' : `deduplicate: { key: [key], keep: ${deduplicate} }`}
rollup:
  segmentGranularity: ${GRANULARITY}
  queryGranularity: hour
  dimensions: [${dimension ? 'page' : ''}]
  metrics:
    - { name: events, type: count }
    - { name: mask, type: longSum, field: mask }
    - { name: price, type: doubleSum, field: price }
output: { store: "file:./warehouse" }
druid: { dataSource: p, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
guards: { maxShrinkRatio: 1 }
limits: { runtime: PT3M }
`;
  return loadDefinition('/p.yaml', { text, env: () => undefined, readFile: () => '' });
}

/** One line of JSON, with its mask as an integer of 64 bits. */
export function lineOf({ key, timeMs, page, price, digit }: Event): string {
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

/** Those that count, of events in the order of positions. */
export function keptOf(events: readonly Event[], { deduplicate }: DefinitionVariant): Event[] {
  if (deduplicate === 'none') return [...events];
  const kept = new Map<string, Event>();
  for (const event of events) if (deduplicate === 'last' || !kept.has(event.key)) kept.set(event.key, event);
  return [...kept.values()];
}
