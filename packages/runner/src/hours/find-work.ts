import { hasManifest, isOpen, type LedgerEntry, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { type LateHour, lateHours } from '../late/late-hours.ts';
import { changedLookback, findLookback } from '../plan/lookback.ts';
import { findManifest } from '../run/hand-over.ts';
import { gather } from './gather.ts';
import type { HourOwner, Look, Work } from './work.ts';

/** Hours that are looked at at the same time. */
const LOOKS_AT_ONCE = 8;

/**
 * Looks what each hour needs, in the order given. Reads ledgers, manifests and listings, and no event; writes nothing.
 * @param context without indexer where runs are to end after the manifest
 */
export function findWork(
  context: PipelineContext,
  chunks: readonly TimeChunk[],
  signal: AbortSignal,
): Promise<readonly Look[]> {
  return gather(chunks, LOOKS_AT_ONCE, (chunk) => lookAt(context, chunk, signal));
}

/** What one hour needs. An hour whose ledger or input cannot be read is `unreadable`; only an abort is thrown. */
export async function lookAt(context: PipelineContext, chunk: TimeChunk, signal: AbortSignal): Promise<Look> {
  try {
    const last = (await context.ledger.history(chunk, signal)).at(-1);
    const owner = await ownerOf(context, last);
    if (owner !== null) return { kind: 'owned', owner };
    const work =
      ledgerWork(last, context) ??
      (await lateWork(context, chunk, signal)) ??
      (await lookbackWork(context, chunk, last, signal));
    return work === null ? { kind: 'nothing' } : { kind: 'work', work };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'unreadable', error };
  }
}

/** Who owns an hour with this last entry at present, by the ledger's clock; null: nobody. */
export async function ownerOf(
  { ledger }: Pick<PipelineContext, 'ledger'>,
  last: LedgerEntry | undefined,
): Promise<HourOwner | null> {
  if (last?.leaseUntil == null || !isOpen(last.state)) return null;
  if (Date.parse(last.leaseUntil) <= (await ledger.now())) return null;
  return { runId: last.runId, owner: last.owner, until: last.leaseUntil };
}

/** What the last entry alone tells. Null: the hour stands, by the ledger. */
function ledgerWork(last: LedgerEntry | undefined, { indexer, loaded }: PipelineContext): Work | null {
  if (last === undefined) return { kind: 'missing', reason: 'the hour was never built' };
  const unfinished = unfinishedWork(last, indexer !== null);
  if (unfinished !== null) return unfinished;
  if (last.definitionHash !== loaded.definitionHash) return { kind: 'outdated', reason: 'the definition changed' };
  return null;
}

/** Why an hour with this last entry is not as far as it goes; null: it is. @param indexes false where a manifest is as far */
export function unfinishedWork({ state, error, reason }: LedgerEntry, indexes: boolean): Work | null {
  if (!indexes && hasManifest(state)) return null;
  switch (state) {
    case 'done':
      return null;
    case 'failed':
      return { kind: 'failed', reason: `the last run failed: ${error?.code}: ${error?.message}` };
    case 'abandoned':
      return { kind: 'failed', reason: `the last run was abandoned: ${reason}` };
    case 'superseded':
      return { kind: 'stopped', reason: 'the last run stopped before it read' };
    case 'planned':
      return { kind: 'stopped', reason: 'the last run died while it read' };
    default:
      if (error === null) return { kind: 'stopped', reason: `the last run got as far as ${state}` };
      return { kind: 'failed', reason: `the last run got as far as ${state}: ${error.code}: ${error.message}` };
  }
}

async function lateWork(context: PipelineContext, chunk: TimeChunk, signal: AbortSignal): Promise<Work | null> {
  const [late] = await lateHours(context, [chunk], signal);
  if (late === undefined || late.action === 'none') return null;
  return { kind: 'late', reason: lateReason(late) };
}

/** `3 late row(s) and 1 new object(s) wait, to be merged` */
function lateReason({ rows, newObjects, changedObjects, action, why }: LateHour): string {
  const counted = [
    [rows, 'late row(s)'],
    [newObjects, 'new object(s)'],
    [changedObjects, 'changed object(s)'],
  ] as const;
  const what = counted.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  const waiting = what.length === 0 ? 'late data' : what.join(' and ');
  if (action === 'merge') return `${waiting}, to be merged`;
  return `${waiting}: it is built again${why === null ? '' : `, because ${why}`}`;
}

async function lookbackWork(
  context: PipelineContext,
  chunk: TimeChunk,
  last: LedgerEntry | undefined,
  signal: AbortSignal,
): Promise<Work | null> {
  const now = await findLookback(context, chunk, signal);
  if (now === undefined || last === undefined || last.manifest === null) return null;
  // Of a manifest that is gone or damaged nothing can be told.
  const before = await findManifest(context.store, last, signal);
  const hour = before === null ? undefined : changedLookback(before.manifest.plan.lookback, now);
  return hour === undefined ? null : { kind: 'outdated', reason: `${hour}, within the lookback, changed` };
}
