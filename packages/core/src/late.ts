import type { Millis } from './time-chunk.ts';

/**
 * Which strays of a run are late for an hour before its own, and are kept for a merge into that hour: those within the allowed
 * lateness whose position lies outside the input of their own hour. Plain data, part of the plan.
 */
export interface LateRules {
  /** Strays may be late whose chunk begins in `[fromMs, start of the plan's chunk)`. */
  readonly fromMs: Millis;
  /** What lies in the input of its own hour is read by that hour, so it is not late. */
  readonly own: readonly OwnInput[];
}

/** Of one split, what is the input of other hours too. */
export interface OwnInput {
  /** Index of the split in the plan. */
  readonly split: number;
  /** Records of times in `[fromMs, toMs)`: whole chunks. */
  readonly fromMs: Millis;
  readonly toMs: Millis;
  /** Only records at these offsets, `to` not included; null: all records of the split. */
  readonly offsets: { readonly from: number; readonly to: number } | null;
}

/** Rows of one hour that a run of a later hour met: gzipped JSON lines (docs/formats/late.md), in the order of positions. */
export interface LateFile {
  /** Start of the hour that they belong to, ISO with milliseconds. */
  readonly hour: string;
  /** Key in the store, of {@link lateKey}. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Rows of one hour that a run has put into its late area, as the ledger names them. */
export type LateReference = Pick<LateFile, 'hour' | 'path' | 'rows' | 'sha256'>;
