import type { TimeChunk } from '@hourmill/core';

/** The time buckets of a chunk: bucket b is `[startMs + b * widthMs, … + widthMs)`. They align with the Unix epoch. */
export interface TimeBuckets {
  /** Of the first bucket; before the chunk's own start where a bucket is wider than the chunk. */
  readonly startMs: number;
  readonly widthMs: number;
  readonly count: number;
}

export function timeBuckets({ startMs, endMs }: TimeChunk, widthMs: number): TimeBuckets {
  const first = Math.floor(startMs / widthMs);
  const last = Math.floor((endMs - 1) / widthMs);
  return { startMs: first * widthMs, widthMs, count: last - first + 1 };
}
