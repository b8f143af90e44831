import type { Millis, TimeChunk } from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';

/** How long after its end an hour may be built: `schedule.delay`, and for Kafka `window.after` before that. */
export function dueAfterMs({ source, schedule }: Pick<Definition, 'source' | 'schedule'>): number {
  return schedule.delayMs + (source.type === 'kafka' ? source.window.afterMs : 0);
}

/** When an hour may be built. */
export function dueAt(chunk: TimeChunk, definition: Pick<Definition, 'source' | 'schedule'>): Millis {
  return chunk.endMs + dueAfterMs(definition);
}
