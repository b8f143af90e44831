import { addGaps, type Gaps, type KafkaRange, type Manifest, NO_GAPS, offsetsOf, type Plan } from '@hourmill/core';
import { group, table } from './table.ts';

/** In the order of an account, as people read them. */
const KINDS: readonly (readonly [keyof Gaps, string])[] = [
  ['control', 'control'],
  ['aborted', 'aborted'],
  ['compacted', 'compacted'],
  ['tombstone', 'tombstones'],
  ['lost', 'lost'],
];

/** `130 offsets = 120 read + control 3 + …`: where every offset of an hour went. */
export function offsetsLine(ranges: readonly KafkaRange[], read: number, gaps: Gaps): string {
  const kinds = KINDS.map(([kind, name]) => `${name} ${group(gaps[kind])}`);
  return `${group(offsetsOf(ranges))} offsets = ${[`${group(read)} read`, ...kinds].join(' + ')}`;
}

/** The kinds of gaps that there are: `control 3, aborted 20`; null when there are none. */
export function gapsText(gaps: Gaps): string | null {
  const kinds = KINDS.filter(([kind]) => gaps[kind] > 0).map(([kind, name]) => `${name} ${group(gaps[kind])}`);
  return kinds.length === 0 ? null : kinds.join(', ');
}

/** What would be read of each partition. */
export function plannedRanges({ splits, ranges = [] }: Plan): string {
  return table(
    ['partition', 'from', 'to', 'records at most', 'splits'],
    ranges.map((range) => [
      ...placeOf(range),
      offsetsOf([range]),
      splits.filter((split) => split.type === 'kafka' && split.partition === range.partition).length,
    ]),
  );
}

/** What was read of each partition, and what its other offsets were. */
export function readRanges({ plan: { splits, ranges = [] }, result }: Manifest): string {
  const resultOf = new Map(result.splits.map((split) => [split.id, split]));
  return table(
    ['partition', 'from', 'to', 'offsets', 'read', 'gaps'],
    ranges.map((range) => {
      const parts = splits
        .filter((split) => split.type === 'kafka' && split.partition === range.partition)
        .flatMap(({ id }) => resultOf.get(id) ?? []);
      const read = parts.reduce((sum, { counts }) => sum + counts.read, 0);
      const gaps = parts.reduce((sum, part) => addGaps(sum, part.gaps ?? NO_GAPS), NO_GAPS);
      return [...placeOf(range), offsetsOf([range]), read, gapsText(gaps)];
    }),
  );
}

/** Offsets are names: they are shown without commas, so that they can be given to Kafka's own tools. */
function placeOf({ topic, partition, startOffset, endOffset }: KafkaRange): [string, string, string] {
  return [`${topic}/${partition}`, String(startOffset), String(endOffset)];
}
