import { addGaps, invariant, NO_GAPS, type Plan, type StageOneResult, sumOfGaps } from '@hourmill/core';

/**
 * Throws an InvariantError unless every offset of every Kafka split was read or is a gap of a known kind
 * (DESIGN.md section 4.1), and the gaps of all splits are those of the run.
 */
export function checkGaps({ splits }: Plan, result: StageOneResult): void {
  const resultOf = new Map(result.splits.map((split) => [split.id, split]));
  let all = NO_GAPS;
  for (const split of splits) {
    if (split.type !== 'kafka') continue;
    const { counts, gaps } = resultOf.get(split.id) ?? {};
    invariant(counts !== undefined && gaps !== undefined, `${split.id} has no counts or no gaps`);
    const offsets = split.endOffset - split.startOffset;
    invariant(
      counts.read + sumOfGaps(gaps) === offsets,
      `${split.id} has ${offsets} offsets, but ${counts.read} were read and its gaps are ${JSON.stringify(gaps)}`,
    );
    all = addGaps(all, gaps);
  }
  const total = result.gaps ?? NO_GAPS;
  const same = (Object.keys(all) as (keyof typeof all)[]).every((kind) => all[kind] === total[kind]);
  invariant(same, `gaps do not add up: ${JSON.stringify(total)} instead of ${JSON.stringify(all)}`);
}
