import {
  hasManifest,
  isHourmillError,
  isOpen,
  type LedgerEntry,
  type NewLedgerEntry,
  newRunId,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';

/**
 * What a run may still do with files of it that no entry names.
 *
 * - `over`: it cannot commit them. Its next entry's number is taken, its last state is closed, or its manifest is committed already and
 *   names other files.
 * - `working`: its last entry is the hour's last one, in `planned`, and its lease stands.
 * - `stopped`: the same with a lease that has run out. It may be dead, or asleep and commit when it wakes up.
 */
export type RunHold = 'over' | 'working' | 'stopped';

export function runHold(history: readonly LedgerEntry[], runId: string, nowMs: number): RunHold {
  const last = history.at(-1);
  if (last === undefined || last.runId !== runId || !isOpen(last.state) || hasManifest(last.state)) return 'over';
  return last.leaseUntil !== null && Date.parse(last.leaseUntil) > nowMs ? 'working' : 'stopped';
}

/**
 * Takes the number that a stopped run would write next, so that it can never commit. False when somebody else has written it: the run
 * itself, which is awake, or one that took the hour over.
 */
export async function endStoppedRun(
  { ledger, clock, owner }: PipelineContext,
  chunk: TimeChunk,
  history: readonly LedgerEntry[],
): Promise<boolean> {
  const last = history.at(-1);
  if (last === undefined) return false;
  try {
    await ledger.append(chunk, last, abandonedBy(owner, newRunId(clock.now()), last));
    return true;
  } catch (error) {
    if (isHourmillError(error, 'HM_LEDGER_002')) return false;
    throw error;
  }
}

function abandonedBy(
  owner: string,
  runId: string,
  { pipeline, hour, definitionHash, listingHash, ...last }: LedgerEntry,
): NewLedgerEntry {
  return {
    pipeline,
    hour,
    runId,
    state: 'abandoned',
    owner,
    leaseMs: null,
    definitionHash,
    listingHash,
    manifest: null,
    druid: null,
    report: null,
    error: null,
    reason: `hourmill gc removes what run ${last.runId} of ${last.owner} has written: its lease ran out at ${last.leaseUntil}`,
  };
}
