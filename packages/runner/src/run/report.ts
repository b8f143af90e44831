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
  type Split,
} from '@hourmill/core';

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
    splits: base.plan.splits.map((split) => {
      const { counts = NO_COUNTS, gaps } = resultOf.get(split.id) ?? {};
      return { id: split.id, position: positionOf(split), counts, ...(gaps === undefined ? {} : { gaps }) };
    }),
    ...(base.plan.ranges === undefined ? {} : { ranges: base.plan.ranges }),
    ...(result?.gaps === undefined ? {} : { gaps: result.gaps }),
    strays: result?.strays ?? {},
    rejects: { path: result?.rejects?.path ?? null, reasons: result?.rejectReasons ?? {} },
    parts: result?.parts ?? [],
    druid: end.druid,
    ...(base.plan.losses.length === 0 ? {} : { losses: base.plan.losses }),
    overrides: base.overrides,
    ...(base.override === undefined ? {} : { overriddenBy: base.override.by, overrideReason: base.override.reason }),
    error: end.error,
    timingsMs: { ...base.timingsMs, ...result?.timingsMs },
    peak: result?.peak ?? { memoryBytes: 0, spilledBytes: 0 },
  };
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
