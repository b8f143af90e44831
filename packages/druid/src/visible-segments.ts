import type { TimeChunk } from '@hourmill/core';
import type { PublishedSegment } from './coordinator.ts';

/**
 * The segments that queries of the chunk are to be answered from: those of the greatest version at each moment of it.
 * Tombstones are left out: they hide older segments and have no rows themselves.
 */
export function visibleSegments(published: readonly PublishedSegment[], chunk: TimeChunk): readonly PublishedSegment[] {
  const spans = published.map((segment) => ({ segment, ...spanOf(segment) }));
  const moments = [chunk.startMs, ...spans.flatMap(({ startMs, endMs }) => [startMs, endMs])];
  const visible = new Set<PublishedSegment>();
  // Between two borders nothing changes, so the borders themselves stand for all moments.
  for (const moment of moments.filter((at) => chunk.startMs <= at && at < chunk.endMs)) {
    const there = spans.filter(({ startMs, endMs }) => startMs <= moment && moment < endMs);
    for (const segment of newestSegments(there.map(({ segment }) => segment))) visible.add(segment);
  }
  return [...visible].filter(({ isTombstone }) => !isTombstone);
}

/** All segments of the greatest version. */
export function newestSegments(published: readonly PublishedSegment[]): readonly PublishedSegment[] {
  const newest = published
    .map(({ version }) => version)
    .toSorted()
    .at(-1);
  return published.filter(({ version }) => version === newest);
}

/** Whether a segment holds the whole chunk: compaction may have made longer segments of ours. */
export function covers(segment: PublishedSegment, chunk: TimeChunk): boolean {
  const { startMs, endMs } = spanOf(segment);
  return startMs <= chunk.startMs && chunk.endMs <= endMs;
}

function spanOf({ interval }: PublishedSegment): { readonly startMs: number; readonly endMs: number } {
  const [start = '', end = ''] = interval.split('/');
  return { startMs: Date.parse(start), endMs: Date.parse(end) };
}
