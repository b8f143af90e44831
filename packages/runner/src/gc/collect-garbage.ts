import { doctorPrefix, HourmillError, isoMillis, ledgerRoot, type ObjectStore } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import {
  type Garbage,
  type GarbageOptions,
  type GarbageReport,
  resolveGarbageOptions,
  type Spared,
} from './garbage.ts';
import { lateGarbage } from './late-garbage.ts';
import { leftoverGarbage } from './leftover-garbage.ts';
import { runGarbage } from './run-garbage.ts';
import type { Find, Search } from './search.ts';

/**
 * Finds, and removes where it is told to, what no ledger entry of the pipeline names: files of runs that never committed, files that a
 * run made on its way, late rows whose run never committed, and what `doctor` and writes that were cut off left behind.
 *
 * **Why nothing that counts can go**, whoever commits at the same moment. Let F be a file of run R, of the hour H (for late rows: of the
 * hour that R built). F is removed only when no entry of H names it, and
 *
 * 1. F was listed *before* H's ledger was read. R's first entry, `planned`, is durable before its first file is (I2 of the commit protocol),
 *    so that what was read shows R, and all that has happened to it before the listing.
 * 2. R's last entry is not the last one of H, or is closed, or names a manifest. In the first two cases R can write no entry any more: its
 *    next number is taken for ever (I3), or its state has no successor but `superseded -> planned`, behind which R writes its first file. In the third R has committed, what its later entries carry is the
 *    manifest that was just read, and F is not in it.
 * 3. Else R is `planned`. While its lease stands F stays. When the lease has run out R may yet be asleep and commit when it wakes up, however
 *    long it slept: no grace period is long enough to rule that out. So before its files are touched R is ended in the ledger: the number
 *    that it would write is taken by an entry `abandoned`. If that number is taken already, R or another run is at work, and F stays.
 *
 * No other run can come to name F later: a manifest names files of its own run and files that an earlier manifest or entry names (I2, late rows
 * count only once an entry names them). Hence after 2 or 3 nobody ever names F, however long the deletion takes; it need not be checked again.
 * Files of an hour that has a manifest which cannot be read stay all, since what it names is not known.
 *
 * The grace period is not needed for that. It keeps what a person may want to look at, and spares writers that are at work their temporary
 * files; files of a clock that is off are judged by the store's own clock, as their times are.
 *
 * Safe to repeat and to run twice at once. What was found before an error is removed already.
 * @throws HM_LEDGER_003, HM_LEDGER_005 when a ledger cannot be read: nothing of that hour or a later one is removed; HM_STORE_*
 */
export async function collectGarbage(context: PipelineContext, given: GarbageOptions = {}): Promise<GarbageReport> {
  const options = resolveGarbageOptions(given);
  const { store, loaded } = context;
  const beforeMs = (await store.now(options.signal)) - options.graceMs;
  const search: Search = { context, pipeline: loaded.definition.name, beforeMs, ...options };
  await requireLedger(store, search.pipeline, options.signal);
  const garbage: Garbage[] = [];
  const spared: Spared[] = [];
  for (const finds of [runGarbage(search), lateGarbage(search), leftoverGarbage(search)]) {
    for await (const find of finds) {
      const kept = await settle(find, search);
      if (kept === null) {
        garbage.push(find.garbage);
        options.onGarbage(find.garbage);
      } else {
        spared.push({ path: find.garbage.path, files: find.garbage.files, why: kept });
      }
    }
  }
  return {
    version: 1,
    pipeline: search.pipeline,
    store: store.uri,
    deleted: options.remove,
    before: isoMillis(beforeMs),
    files: garbage.reduce((sum, { files }) => sum + files, 0),
    bytes: garbage.reduce((sum, { bytes }) => sum + bytes, 0),
    garbage,
    spared,
  };
}

/** Removes a find if it may go and is to. Why it stays; null when it goes, or would. */
async function settle(find: Find, { remove, signal }: Search): Promise<string | null> {
  if (find.spared !== null) return find.spared;
  if (!remove) return null;
  if (!(await find.release())) return 'its run, or another one of the hour, is at work';
  for (const file of find.files) await file.remove(signal);
  return null;
}

/** Without any entry everything would be garbage: then the ledger is gone, or this is not its store. */
async function requireLedger(store: ObjectStore, pipeline: string, signal: AbortSignal): Promise<void> {
  const key = await firstOfRuns(store, pipeline, signal);
  if (key === undefined) return;
  // After what lies there was seen: the pipeline's first run may be at work, and writes its first entry before its first file.
  for await (const _ of store.list(ledgerRoot(pipeline), signal)) return;
  throw new HourmillError(
    'HM_LEDGER_003',
    `${store.uri} holds ${key}, but no ledger of ${pipeline}; without it nothing can be told from garbage`,
    { context: { key } },
  );
}

async function firstOfRuns(store: ObjectStore, pipeline: string, signal: AbortSignal): Promise<string | undefined> {
  for await (const { key } of store.list(`${pipeline}/`, signal))
    if (!key.startsWith(doctorPrefix(pipeline))) return key;
  return undefined;
}
