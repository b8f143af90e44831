import {
  HourmillError,
  type HourState,
  type LedgerEntry,
  type Manifest,
  NO_COUNTS,
  type Overrides,
  type Plan,
  type ReportedError,
  type RunReport,
  type ServedNumbers,
  type SidecarFile,
  type Split,
} from '@hourmill/core';
import { fingerprintFiles } from '../plan/lookback.ts';
import { lateOf } from './stage-one.ts';

/** What every report of one run has in common. */
export interface ReportBase {
  readonly plan: Plan;
  readonly runId: string;
  readonly reason: string;
  readonly overrides: readonly string[];
  /** As the ledger names it. */
  readonly override: Overrides | undefined;
  readonly timingsMs: RunReport['timingsMs'];
}

interface ReportEnd {
  readonly state: HourState;
  readonly manifest: Manifest | null;
  readonly druid: ServedNumbers | null;
  readonly error: ReportedError | null;
}

export function runReport(base: ReportBase, end: ReportEnd): RunReport {
  const result = end.manifest?.result;
  const resultOf = new Map(result?.splits.map((split) => [split.id, split]));
  const planned = new Set(base.plan.splits.map(({ id }) => id));
  // Late rows: they lie nowhere, but their counts are part of the hour's.
  const late = (result?.splits ?? []).filter(({ id }) => !planned.has(id));
  return {
    version: 1,
    pipeline: base.plan.pipeline,
    hour: base.plan.hour,
    runId: base.runId,
    state: end.state,
    unchanged: false,
    reason: base.reason,
    counts: result?.counts ?? NO_COUNTS,
    groups: result?.groups ?? 0,
    splits: [
      ...base.plan.splits.map((split) => {
        const { counts = NO_COUNTS, gaps } = resultOf.get(split.id) ?? {};
        return { id: split.id, position: positionOf(split), counts, ...(gaps === undefined ? {} : { gaps }) };
      }),
      ...late.map(({ id, counts }) => ({ id, position: {}, counts })),
    ],
    ...(base.plan.ranges === undefined ? {} : { ranges: base.plan.ranges }),
    ...(result?.gaps === undefined ? {} : { gaps: result.gaps }),
    strays: result?.strays ?? {},
    rejects: { path: result?.rejects?.path ?? null, reasons: result?.rejectReasons ?? {} },
    parts: result?.parts ?? [],
    druid: end.druid,
    ...(base.plan.losses.length === 0 ? {} : { losses: base.plan.losses }),
    ...(end.manifest === null ? {} : lateFacts(end.manifest)),
    overrides: base.overrides,
    ...(base.override === undefined ? {} : { overriddenBy: base.override.by, overrideReason: base.override.reason }),
    error: end.error,
    timingsMs: { ...base.timingsMs, ...result?.timingsMs },
    peak: result?.peak ?? { memoryBytes: 0, spilledBytes: 0 },
  };
}

/** What the hour is to later runs: its generations, its keys, and what it kept for earlier hours. */
function lateFacts(manifest: Manifest): Pick<RunReport, 'generation' | 'late' | 'sidecars' | 'lookbackGaps'> {
  const late = lateOf(manifest);
  const gaps = (manifest.plan.lookback ?? []).filter((hour) => hour.manifest === null).map(({ hour }) => hour);
  const files = fingerprintFiles(manifest);
  return {
    generation: manifest.generations?.at(-1)?.number ?? 0,
    ...(late.length === 0 ? {} : { late: Object.fromEntries(late.map(({ hour, rows }) => [hour, rows])) }),
    ...(files.length === 0 ? {} : { sidecars: sizeOf(files) }),
    ...(gaps.length === 0 ? {} : { lookbackGaps: gaps }),
  };
}

function sizeOf(files: readonly SidecarFile[]): NonNullable<RunReport['sidecars']> {
  const keys = files.reduce((sum, { rows }) => sum + rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { keys, bytes, bytesPerKey: Math.round((bytes / keys) * 100) / 100 };
}

function positionOf(split: Split): object {
  switch (split.type) {
    case 'object': {
      const { bytes, etag, compression } = split;
      return { bytes, etag, compression };
    }
    case 'kafka': {
      const { topic, topicId, partition, startOffset, endOffset } = split;
      return { topic, topicId, partition, startOffset, endOffset };
    }
  }
}

/** The report of the run that made the hour, marked as standing. */
export function unchangedReport(last: LedgerEntry, base: ReportBase, manifest: Manifest | null): RunReport {
  const made = last.report ?? runReport(base, { state: last.state, manifest, druid: null, error: last.error });
  return { ...made, runId: last.runId, state: last.state, unchanged: true, reason: base.reason };
}

/** An error as reports and ledger entries carry it. */
export function reportedError(error: unknown): ReportedError {
  if (error instanceof HourmillError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
