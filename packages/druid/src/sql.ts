import type { TimeChunk } from '@hourmill/core';

/** A name as Druid SQL takes it: between double quotes, with those inside doubled. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The condition that picks a chunk's rows, whatever time zone the Broker is set to. */
export function withinChunk({ startMs, endMs }: TimeChunk): string {
  return `"__time" >= MILLIS_TO_TIMESTAMP(${startMs}) AND "__time" < MILLIS_TO_TIMESTAMP(${endMs})`;
}
