import type { Kernel } from '@hourmill/kernel';
import type { Scratch } from '../pages/scratch.ts';

/** Which codes of a range occur in a column: see the kernel's `assembly/pages/marks.ts`. */
export interface Marks {
  readonly at: number;
  /** Of 64 codes each. */
  readonly count: number;
}

export function allocateMarks(kernel: Kernel, scratch: Scratch, codes: number): Marks {
  const { markBytes, markCount } = kernel.exports;
  return { at: scratch.allocateZeroed(markBytes(codes) >>> 0), count: markCount(codes) };
}

/**
 * Ranges of at most so many codes are marked to find the distinct ones: a table of this size costs no more than another pass
 * over the rows.
 */
export function maxMarkedCodes(rows: number): number {
  return Math.max(65_536, 8 * rows);
}
