import type { HourState } from './hour-state.ts';
import type { LateReference } from './late.ts';
import type { ReportedError, RunReport } from './run-report.ts';

/** One change of an hour's state: `<store>/<pipeline>/ledger/<chunk>/<sequence>.json`, created exclusively, never rewritten. */
export interface LedgerEntry {
  readonly version: 1;
  readonly pipeline: string;
  readonly hour: string;
  /** From 1 without holes, per hour. The fencing number: whoever holds the highest one owns the hour. */
  readonly sequence: number;
  /** sha256 (hex) of the bytes of the entry before, null in the first. */
  readonly previous: string | null;
  readonly runId: string;
  readonly state: HourState;
  /** By the store's clock, ISO. */
  readonly at: string;
  /** Host and process of the run, for people. */
  readonly owner: string;
  /** By the store's clock, ISO; null in states that no run owns. */
  readonly leaseUntil: string | null;
  readonly definitionHash: string;
  readonly listingHash: string;
  /** From `rolled-up` on. */
  readonly manifest: { readonly path: string; readonly sha256: string } | null;
  /** From `indexing` on. `attempt` counts the Druid tasks of this manifest, from 1. */
  readonly druid: { readonly taskId: string; readonly attempt: number } | null;
  /** With `done` and `failed`. */
  readonly report: RunReport | null;
  /** With `failed`, and where a lease was given back because of an error. */
  readonly error: ReportedError | null;
  /** With `superseded` and `abandoned`: why, and by whom. */
  readonly reason: string | null;
  /** In every entry of a run for which a person overrode something: what, why, and who. */
  readonly overrides?: Overrides;
  /** From `rolled-up` on: the rows that this run kept for other hours, which wait there for a merge. */
  readonly late?: readonly LateReference[];
}

/** What a person overrode for a run. */
export interface Overrides {
  /** `--allow-shrink`, … */
  readonly flags: readonly string[];
  /** `--reason`. */
  readonly reason: string | null;
  /** User and host. */
  readonly by: string;
}

/** An entry before the ledger has numbered and chained it. */
export type NewLedgerEntry = Omit<LedgerEntry, 'version' | 'sequence' | 'previous' | 'at' | 'leaseUntil'> & {
  /** How long the writer owns the hour from now, by the store's clock; 0 gives the lease back; null for closed states. */
  readonly leaseMs: number | null;
};
