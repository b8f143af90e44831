import type { Counts } from './counts.ts';
import type { ErrorCode, RejectReason } from './error-codes.ts';
import type { Gaps } from './gaps.ts';
import type { HourState } from './hour-state.ts';
import type { PartFile } from './manifest.ts';
import type { KafkaRange, Loss } from './plan.ts';

/** Sums of 64 bits as decimal strings, by metric. */
export type Sums = Readonly<Record<string, string>>;

export interface ReportedError {
  readonly code: ErrorCode | 'INTERNAL';
  readonly message: string;
}

/** What Druid served when it was asked, from the segments that the run's own task had made. */
export interface ServedNumbers {
  readonly taskId: string;
  readonly segments: number;
  readonly rows: number;
  readonly sums: Sums;
}

/** The report of one run: the same JSON in the ledger, in `--json` and in the console (DESIGN.md section 7). */
export interface RunReport {
  readonly version: 1;
  readonly pipeline: string;
  readonly hour: string;
  readonly runId: string;
  readonly state: HourState;
  /** True when the hour was done already and nothing was read or written. */
  readonly unchanged: boolean;
  /** Why the run built the hour, continued it or left it alone, for people. */
  readonly reason: string;
  readonly counts: Counts;
  readonly groups: number;
  readonly splits: readonly {
    readonly id: string;
    readonly position: object;
    readonly counts: Counts;
    readonly gaps?: Gaps;
  }[];
  /** What was to be read of each partition; of a Kafka source only. */
  readonly ranges?: readonly KafkaRange[];
  /** Offsets that were no records, by kind; of a Kafka source only. */
  readonly gaps?: Gaps;
  readonly strays: Readonly<Record<string, number>>;
  readonly rejects: { readonly path: string | null; readonly reasons: Readonly<Partial<Record<RejectReason, number>>> };
  readonly parts: readonly PartFile[];
  /** Null when the definition has no `druid`, with `--no-index`, or when there was nothing to index. */
  readonly druid: ServedNumbers | null;
  /** Holes in the input that were accepted with `--accept-loss`; absent when there was none. */
  readonly losses?: readonly Loss[];
  /** Which generation of the hour this run made: 0 unless late data was taken in. Absent in reports of earlier versions. */
  readonly generation?: number;
  /** Rows that this run kept for earlier hours, by hour; absent when there were none. */
  readonly late?: Readonly<Record<string, number>>;
  /** The hour's fingerprints, of all generations; absent without. */
  readonly sidecars?: { readonly keys: number; readonly bytes: number; readonly bytesPerKey: number };
  /** Hours of the lookback that were not there, which was accepted; absent when there were none. */
  readonly lookbackGaps?: readonly string[];
  /** What was overridden for this run: `--allow-shrink`, `--accept-loss`, `--same-input`, `--force`. */
  readonly overrides: readonly string[];
  /** Who overrode it, and why (`--reason`); absent when nothing was. */
  readonly overriddenBy?: string;
  readonly overrideReason?: string | null;
  readonly error: ReportedError | null;
  readonly timingsMs: Readonly<Record<'plan' | 'scan' | 'merge' | 'publish' | 'index' | 'verify', number>>;
  readonly peak: { readonly memoryBytes: number; readonly spilledBytes: number };
}
