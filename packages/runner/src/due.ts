import type { Millis, TimeChunk } from '@hourmill/core';

/** When an hour may be built: its end plus `schedule.delay`. */
export function dueAt(chunk: TimeChunk, delayMs: number): Millis {
  return chunk.endMs + delayMs;
}
