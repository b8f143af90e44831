import {
  isHourmillError,
  isOpen,
  type LateReference,
  type LedgerEntry,
  type LookbackHour,
  type ObjectSplit,
  objectSplit,
  type Split,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { mergeableEntry } from '../plan/current-manifest.ts';
import { findLookback } from '../plan/lookback.ts';
import { listingHash } from '../plan/plan-hour.ts';
import { findManifest, type StoredManifest } from '../run/hand-over.ts';
import { committedLateFiles } from './committed-files.ts';
import { readWaitingRows, rowThatNoLongerCounts } from './late-input.ts';
import { whyNotMergeable } from './why-not-mergeable.ts';

/** What waits for an hour, and what can be done about it. */
export interface LateAssessment {
  readonly history: readonly LedgerEntry[];
  /** The manifest that a merge would go into; null where the hour is not as far as it goes. */
  readonly base: StoredManifest | null;
  /** All files of late rows of the hour that count. */
  readonly files: readonly LateReference[];
  /** Those of them that the base has not taken in, unless all of their rows are known to lie in it. */
  readonly waiting: readonly LateReference[];
  /** In these files. Where there are few, rows that the base has already, or that are there twice, are left out. */
  readonly rows: number;
  /** What the hour's objects are now: the base has not read the new ones, and has read other bytes of the changed ones. */
  readonly objects: ObjectChanges;
  /**
   * `ordinary`: the hour is not as far as it goes; a run of it goes on from where it stopped, or builds it with all that waits.
   * `none`: there is nothing to do, or nothing to be done now.
   */
  readonly action: 'merge' | 'rebuild' | 'ordinary' | 'none';
  /** Why it cannot be a merge, or why nothing is done. Null: for no particular reason. */
  readonly why: string | null;
}

interface ObjectChanges {
  readonly added: readonly ObjectSplit[];
  readonly changed: readonly ObjectSplit[];
  /** Of the whole listing; null where nothing was listed: that of the base stands. */
  readonly listingHash: string | null;
}

const NO_CHANGES: ObjectChanges = { added: [], changed: [], listingHash: null };

/**
 * Finds out what waits for an hour. Reads ledgers, manifests and listings, late rows where there are few, and no input.
 * @param indexes false where `rolled-up` is as far as it goes
 * @throws HM_INPUT_* when the source does not answer, HM_LEDGER_*, HM_STORE_*
 */
export async function assessLate(
  context: PipelineContext,
  chunk: TimeChunk,
  indexes: boolean,
  signal: AbortSignal,
): Promise<LateAssessment> {
  // Before what waits: a merge that takes it in meanwhile makes the first entry of ours lose.
  const history = await context.ledger.history(chunk, signal);
  const files = await committedLateFiles(context, chunk, signal);
  const found = { history, files };
  const owner = await ownerOf(context, history.at(-1));
  if (owner !== null) return { ...found, ...without(files), action: 'ordinary', why: owner };
  const entry = mergeableEntry(history, indexes);
  if (entry === undefined) return { ...found, ...without(files), ...unfinished(history, files) };
  const base = await findManifest(context.store, entry, signal);
  if (base === null) {
    return { ...found, ...without(files), action: 'rebuild', why: 'the manifest of the hour is gone or damaged' };
  }
  const { waiting, rows } = await settle(context, notTakenIn(files, base), base, signal);
  const objects = await objectChanges(context, chunk, base, signal);
  const gone = await rowThatNoLongerCounts(context, takenInBy(base), files, signal);
  if (gone !== null) {
    const why = `${gone}, of which it has taken in late rows, changed after that`;
    return { ...found, base, waiting, rows, objects, action: 'rebuild', why };
  }
  if (waiting.length + objects.added.length + objects.changed.length === 0) {
    return { ...found, base, waiting, rows, objects, action: 'none', why: null };
  }
  const lookback: readonly LookbackHour[] | undefined = await findLookback(context, chunk, signal);
  const why = whyNotMergeable(context.loaded, base.manifest, objects.changed, lookback);
  return { ...found, base, waiting, rows, objects, action: why === null ? 'merge' : 'rebuild', why };
}

function without(files: readonly LateReference[]): Pick<LateAssessment, 'base' | 'waiting' | 'rows' | 'objects'> {
  return { base: null, waiting: files, rows: rowsIn(files), objects: NO_CHANGES };
}

function rowsIn(files: readonly LateReference[]): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

/** So many rows are read to find out whether anything new is among them: else an hour would have to be run for that, again and again. */
const FEW_ROWS = 20_000;

async function settle(
  context: PipelineContext,
  waiting: readonly LateReference[],
  base: StoredManifest,
  signal: AbortSignal,
): Promise<Pick<LateAssessment, 'waiting' | 'rows'>> {
  const { plan, generations = [] } = base.manifest;
  const rows = rowsIn(waiting);
  if (rows === 0 || rows + rowsIn(takenInBy(base)) > FEW_ROWS) return { waiting, rows };
  const fresh = await readWaitingRows(context, waiting, generations, plan, signal);
  const isSettled = fresh.rows.length === 0 && fresh.replaced === null;
  return { waiting: isSettled ? [] : waiting, rows: fresh.rows.length };
}

async function ownerOf({ ledger }: PipelineContext, last: LedgerEntry | undefined): Promise<string | null> {
  if (last === undefined || !isOpen(last.state) || last.leaseUntil === null) return null;
  if (Date.parse(last.leaseUntil) <= (await ledger.now())) return null;
  return `run ${last.runId} of ${last.owner} owns the hour until ${last.leaseUntil}`;
}

function unfinished(
  history: readonly LedgerEntry[],
  files: readonly LateReference[],
): Pick<LateAssessment, 'action' | 'why'> {
  const last = history.at(-1);
  if (last === undefined) return { action: 'none', why: 'the hour was never built; its first run takes in what waits' };
  if (files.length === 0) return { action: 'none', why: null };
  return { action: 'ordinary', why: `the last run got as far as ${last.state}` };
}

function takenInBy({ manifest }: StoredManifest): readonly LateReference[] {
  return (manifest.generations ?? []).flatMap(({ late }) => late);
}

/** A file with the bytes of one that was taken in is that of a run which was repeated. */
function notTakenIn(files: readonly LateReference[], base: StoredManifest): readonly LateReference[] {
  const taken = takenInBy(base);
  const paths = new Set(taken.map(({ path }) => path));
  const hashes = new Set(taken.map(({ sha256 }) => sha256));
  return files.filter(({ path, sha256 }) => !paths.has(path) && !hashes.has(sha256));
}

async function objectChanges(
  { loaded, source }: PipelineContext,
  chunk: TimeChunk,
  { manifest }: StoredManifest,
  signal: AbortSignal,
): Promise<ObjectChanges> {
  if (loaded.definition.source.type === 'kafka') return NO_CHANGES;
  let splits: readonly Split[];
  try {
    ({ splits } = await source.list(chunk, signal));
  } catch (error) {
    // What is gone is not needed for a merge.
    if (isHourmillError(error, 'HM_INPUT_001')) return NO_CHANGES;
    throw error;
  }
  const etagOf = new Map(manifest.plan.splits.map(objectSplit).map(({ id, etag }) => [id, etag]));
  const objects = splits.map(objectSplit);
  return {
    added: objects.filter(({ id }) => !etagOf.has(id)),
    changed: objects.filter(({ id, etag }) => etagOf.has(id) && etagOf.get(id) !== etag),
    listingHash: listingHash(splits),
  };
}
