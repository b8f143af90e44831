import type { Counts } from '@hourmill/core';

const NAMES = ['read', 'kept', 'duplicate', 'filtered', 'stray', 'rejected'] as const;

/** Where the records of each split ended, as one worker saw them. */
export class Tally {
  /** Six numbers a split, in the order of NAMES. */
  readonly counts: Float64Array;

  constructor(splits: number, counts = new Float64Array(splits * NAMES.length)) {
    this.counts = counts;
  }

  add(split: number, name: keyof Counts, records: number): void {
    const at = split * NAMES.length + NAMES.indexOf(name);
    this.counts[at] = (this.counts[at] ?? 0) + records;
  }

  merge(counts: Float64Array): void {
    counts.forEach((count, index) => {
      this.counts[index] = (this.counts[index] ?? 0) + count;
    });
  }

  total(name: keyof Counts): number {
    let sum = 0;
    for (let at = NAMES.indexOf(name); at < this.counts.length; at += NAMES.length) sum += this.counts[at] ?? 0;
    return sum;
  }

  of(split: number): Counts {
    const [read = 0, kept = 0, duplicate = 0, filtered = 0, stray = 0, rejected = 0] = this.counts.subarray(
      split * NAMES.length,
      (split + 1) * NAMES.length,
    );
    return { read, kept, duplicate, filtered, stray, rejected };
  }
}
