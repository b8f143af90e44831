import type { KafkaRange, KafkaSplit } from '@hourmill/core';

/** Offsets of a cut. Cuts shape the order of records, so this is part of what a plan means and not an option. */
export const CUT_OFFSETS = 131_072;

/** What all splits of a plan have alike, and how large they may be. */
export interface CutOptions {
  readonly isolation: KafkaSplit['isolation'];
  readonly tombstones: KafkaSplit['tombstones'];
  /** Stored bytes of an offset, by partition: an estimate. */
  readonly bytesPerOffset: ReadonlyMap<number, number>;
}

/** Cuts ranges into splits, in order of (number of the cut, partition). An empty range has none. */
export function cutRanges(ranges: readonly KafkaRange[], options: CutOptions): KafkaSplit[] {
  const splits: KafkaSplit[] = [];
  const byPartition = ranges.toSorted((a, b) => a.partition - b.partition);
  for (let cut = 0; ; cut += 1) {
    const before = splits.length;
    for (const range of byPartition) {
      const startOffset = range.startOffset + cut * CUT_OFFSETS;
      if (startOffset >= range.endOffset) continue;
      const endOffset = Math.min(startOffset + CUT_OFFSETS, range.endOffset);
      splits.push(splitOf({ ...range, startOffset, endOffset }, splits.length, options));
    }
    if (splits.length === before) return splits;
  }
}

function splitOf(range: KafkaRange, ordinal: number, options: CutOptions): KafkaSplit {
  const { topic, partition, startOffset, endOffset } = range;
  const { isolation, tombstones, bytesPerOffset } = options;
  return {
    type: 'kafka',
    ordinal,
    id: `kafka:${topic}/${partition}@${startOffset}-${endOffset}`,
    ...range,
    bytes: Math.ceil((endOffset - startOffset) * (bytesPerOffset.get(partition) ?? 0)),
    isolation,
    tombstones,
  };
}
