import {
  type Gaps,
  type HourState,
  isoMillis,
  type Ledger,
  type LedgerEntry,
  type Millis,
  type Overrides,
  offsetsOf,
  type ReportedError,
  type TimeChunk,
} from '@hourmill/core';

/** What the ledger says of one hour. */
export interface HourStatus {
  readonly hour: string;
  /** `missing`: never tried. */
  readonly state: HourState | 'missing';
  /** True while a run owns the hour. */
  readonly running: boolean;
  readonly runId: string | null;
  readonly at: string | null;
  readonly kept: number | null;
  readonly groups: number | null;
  /** Of all partitions; null for other sources than Kafka. */
  readonly offsets: number | null;
  readonly gaps: Gaps | null;
  readonly error: ReportedError | null;
  /** What a person overrode for the last run. */
  readonly overrides: Overrides | null;
}

/** The status of each chunk, in the order given. Reads the ledger only. */
export async function hourStatuses(
  ledger: Ledger,
  chunks: readonly TimeChunk[],
  signal?: AbortSignal,
): Promise<readonly HourStatus[]> {
  const [first, last] = [chunks.at(0), chunks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const recorded = new Set(await ledger.recorded(first.startMs, last.endMs, signal));
  const nowMs = recorded.size === 0 ? 0 : await ledger.now();
  const statuses: HourStatus[] = [];
  for (const chunk of chunks) {
    const entry = recorded.has(chunk.startMs) ? (await ledger.history(chunk, signal)).at(-1) : undefined;
    statuses.push(hourStatus(chunk, entry, nowMs));
  }
  return statuses;
}

function hourStatus(chunk: TimeChunk, last: LedgerEntry | undefined, nowMs: Millis): HourStatus {
  const leaseMs = last?.leaseUntil == null ? Number.NEGATIVE_INFINITY : Date.parse(last.leaseUntil);
  return {
    hour: isoMillis(chunk.startMs),
    state: last?.state ?? 'missing',
    running: leaseMs > nowMs,
    runId: last?.runId ?? null,
    at: last?.at ?? null,
    kept: last?.report?.counts.kept ?? null,
    groups: last?.report?.groups ?? null,
    offsets: last?.report?.ranges === undefined ? null : offsetsOf(last.report.ranges),
    gaps: last?.report?.gaps ?? null,
    error: last?.error ?? null,
    overrides: last?.overrides ?? null,
  };
}
