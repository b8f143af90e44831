import {
  HourmillError,
  isOpen,
  isoMillis,
  type LedgerEntry,
  newRunId,
  systemTimers,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { ownerOf } from '../hours/find-work.ts';
import { OwnedHour } from './owned-hour.ts';
import { reportedError } from './report.ts';

export interface AbandonOptions {
  /** Why, for the ledger. */
  readonly reason: string;
  /** Who: user and host. */
  readonly by: string;
  /** Also while a run's lease stands. Default false. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export interface AbandonedHour {
  readonly hour: string;
  /** The run that was ended. */
  readonly runId: string;
  readonly owner: string;
  /** How far it had come. */
  readonly state: LedgerEntry['state'];
  /** The task that can publish nothing any more; null when none was named. What it has published by then stays. */
  readonly retiredTask: string | null;
}

const LEASE_MS = 15 * 60_000;

/**
 * Ends an hour that is stuck: its last run can write nothing more into the ledger, and a Druid task that it may have sent publishes
 * nothing after this. The next run builds the hour anew. Druid keeps what it serves.
 *
 * Of an hour in `indexing` the number is taken first, then the task is retired, and only then the hour is `abandoned`: whoever dies in
 * between leaves it in `indexing`, with the task named, as any run does.
 * @throws HM_RUN_004 when no run is open, HM_LEDGER_001 while a lease stands and `force` is not set, HM_LEDGER_002 when a run wrote
 *   first, HM_USAGE_001 when the task's Druid is no longer in the definition, HM_DRUID_* when it cannot be retired
 */
export async function abandonHour(
  context: PipelineContext,
  chunk: TimeChunk,
  options: AbandonOptions,
): Promise<AbandonedHour> {
  const { signal = new AbortController().signal } = options;
  const last = (await context.ledger.history(chunk, signal)).at(-1);
  const open = requireOpen(context, last, chunk);
  await refuseOwned(context, open, options);
  const lost = new AbortController();
  await using hour = takeOver(context, chunk, open, (reason) => lost.abort(reason));
  const retiredTask = await retireTask(context, hour, open, AbortSignal.any([signal, lost.signal]));
  await hour.advance('abandoned', { reason: `${options.reason} (${options.by})` });
  const { runId, owner, state } = open;
  return { hour: open.hour, runId, owner, state, retiredTask };
}

function requireOpen({ indexer }: PipelineContext, last: LedgerEntry | undefined, { startMs }: TimeChunk): LedgerEntry {
  // Without Druid that is as far as an hour goes.
  const isWhole = indexer === null && last?.state === 'rolled-up';
  if (last !== undefined && isOpen(last.state) && !isWhole) return last;
  const what = last === undefined ? 'was never built' : `is ${last.state}`;
  throw new HourmillError('HM_RUN_004', `${isoMillis(startMs)} ${what}: there is no run to abandon`);
}

async function refuseOwned(
  context: PipelineContext,
  open: LedgerEntry,
  { force = false }: AbandonOptions,
): Promise<void> {
  const owner = await ownerOf(context, open);
  if (owner === null || force) return;
  throw new HourmillError(
    'HM_LEDGER_001',
    `run ${owner.runId} of ${owner.owner} owns ${open.hour} until ${owner.until}; end that process, or abandon the hour with --force, ` +
      'after which the run can commit nothing any more',
    { context: { hour: open.hour } },
  );
}

function takeOver(
  { ledger, clock, owner, timers = systemTimers }: PipelineContext,
  chunk: TimeChunk,
  last: LedgerEntry,
  onLost: (error: unknown) => void,
): OwnedHour {
  const runId = newRunId(clock.now());
  return new OwnedHour({
    ledger,
    timers,
    chunk,
    plan: last,
    runId,
    owner,
    leaseMs: LEASE_MS,
    last,
    overrides: undefined,
    onLost,
  });
}

/** The task that may publish still, brought to its end; null when there is none. */
async function retireTask(
  { indexer }: PipelineContext,
  hour: OwnedHour,
  { state, druid, hour: name }: LedgerEntry,
  signal: AbortSignal,
): Promise<string | null> {
  if (state !== 'indexing' || druid === null) return null;
  if (indexer === null) {
    throw new HourmillError(
      'HM_USAGE_001',
      `Druid may still run task ${druid.taskId} of ${name}, but the definition names no Druid; abandon the hour with the one that does`,
    );
  }
  await hour.advance('indexing');
  try {
    await indexer.retire(druid.taskId, { signal });
  } catch (error) {
    if (!signal.aborted) await hour.release({ error: reportedError(error) });
    throw error;
  }
  return druid.taskId;
}
