import type { Split } from '@hourmill/core';

/** What one worker takes at a time: a cut of a plain split, or a whole compressed one. */
export interface Range {
  /** Index of the split in the plan. */
  readonly split: number;
  /** Bytes `[from, to)` of the split as stored. The lines that begin there belong to the range. */
  readonly from: number;
  readonly to: number;
}

/**
 * The ranges of a plan in the order in which they are decided: that of positions, or its reverse for `keep: last`. A function
 * of the plan alone.
 */
export function cutRanges(splits: readonly Split[], rangeBytes: number, reverse: boolean): Range[] {
  const ranges = splits.flatMap((input, split) => {
    const { bytes } = input;
    if (!isCuttable(input) || bytes <= rangeBytes) return [{ split, from: 0, to: bytes }];
    return Array.from({ length: Math.ceil(bytes / rangeBytes) }, (_, cut) => {
      return { split, from: cut * rangeBytes, to: Math.min(bytes, (cut + 1) * rangeBytes) };
    });
  });
  return reverse ? ranges.reverse() : ranges;
}

function isCuttable(split: Split): boolean {
  return split.type === 'object' && split.compression === 'none';
}
