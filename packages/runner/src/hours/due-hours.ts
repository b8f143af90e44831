import { chunkAt, chunksBetween, type Millis, SEGMENT_GRANULARITIES, type TimeChunk } from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';
import { dueAfterMs } from '../plan/due.ts';

const DAY_MS = 24 * 3600_000;

/** How far back `run --due` looks unless it is told: a day, or as far as events may be late. */
export function defaultHorizonMs({ schedule }: Pick<Definition, 'schedule'>): number {
  return Math.max(DAY_MS, schedule.latenessMs);
}

/** The hours that came due within the horizon before now, oldest first; part of an hour counts as one. */
export function dueHours(
  definition: Pick<Definition, 'source' | 'schedule' | 'rollup'>,
  nowMs: Millis,
  horizonMs: number = defaultHorizonMs(definition),
): TimeChunk[] {
  const { segmentGranularity } = definition.rollup;
  const lengthMs = SEGMENT_GRANULARITIES[segmentGranularity];
  const endMs = chunkAt(nowMs - dueAfterMs(definition), segmentGranularity).startMs;
  return chunksBetween(endMs - Math.ceil(horizonMs / lengthMs) * lengthMs, endMs, segmentGranularity);
}
