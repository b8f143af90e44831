import { invariant } from './error.ts';

/**
 * Where the records of a split, or of a run, ended. Every record read is in exactly one of the last five:
 * `read = kept + duplicate + filtered + stray + rejected` (DESIGN.md section 4.1). Numbers up to 2^53.
 */
export interface Counts {
  readonly read: number;
  readonly kept: number;
  readonly duplicate: number;
  readonly filtered: number;
  readonly stray: number;
  readonly rejected: number;
}

export const NO_COUNTS: Counts = { read: 0, kept: 0, duplicate: 0, filtered: 0, stray: 0, rejected: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    read: a.read + b.read,
    kept: a.kept + b.kept,
    duplicate: a.duplicate + b.duplicate,
    filtered: a.filtered + b.filtered,
    stray: a.stray + b.stray,
    rejected: a.rejected + b.rejected,
  };
}

/** Throws an InvariantError when a record was lost or counted twice. */
export function checkCounts(counts: Counts): void {
  const { read, kept, duplicate, filtered, stray, rejected } = counts;
  invariant(read === kept + duplicate + filtered + stray + rejected, `counts do not add up: ${JSON.stringify(counts)}`);
}
