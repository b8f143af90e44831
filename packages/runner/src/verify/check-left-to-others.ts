import { chunksBetween, isoMillis, type KafkaRange, type OwnInput, type Plan, type TimeChunk } from '@hourmill/core';
import type { Findings } from './hour-chain.ts';

/** What earlier hours read now, by start; null for one without a manifest. */
export type RangesOf = (chunk: TimeChunk) => Promise<readonly KafkaRange[] | null>;

/**
 * A run leaves strays of earlier hours to these where they lie in what these read themselves (`plan.late.own`): the present ranges of these
 * hours must still cover that, or the records are nobody's. Objects are told by their names, which do not change.
 */
export async function checkLeftToOthers(
  { splits, late, chunk }: Plan,
  rangesOf: RangesOf,
  findings: Findings,
): Promise<void> {
  for (const own of late?.own ?? []) {
    const split = splits[own.split];
    if (own.offsets === null || split?.type !== 'kafka') continue;
    for (const hour of chunksBetween(own.fromMs, own.toMs, chunk.granularity)) {
      const place = `offsets ${own.offsets.from} to ${own.offsets.to} of ${split.topic}/${split.partition}`;
      const ranges = await rangesOf(hour);
      const left = `strays at ${place} were left to ${isoMillis(hour.startMs)}`;
      if (ranges === null) findings.break('late', `${left}, which has no manifest`);
      else if (!covers(ranges, { ...split, ...own }))
        findings.break('late', `${left}, which does not read all of them`);
    }
  }
}

type Position = Pick<KafkaRange, 'topicId' | 'partition'> & Pick<OwnInput, 'offsets'>;

function covers(ranges: readonly KafkaRange[], { topicId, partition, offsets }: Position): boolean {
  if (offsets === null) return true;
  return ranges.some(
    (range) =>
      range.topicId === topicId &&
      range.partition === partition &&
      range.startOffset <= offsets.from &&
      offsets.to <= range.endOffset,
  );
}
