import {
  chunkAt,
  type LateReference,
  type LedgerEntry,
  latePrefix,
  parseLateKey,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { currentEntry, isCommitted } from '../plan/current-manifest.ts';
import { readManifest } from '../run/hand-over.ts';

/**
 * The files of late rows of an hour that count: a run of the hour that met them has committed, and its ledger names them. Of files and
 * objects only what the present state of that hour was made of counts: objects may have changed when it was built again, and then its new
 * run has met what is in them now. A message stays what it is. In the order of these hours.
 */
export async function committedLateFiles(
  context: PipelineContext,
  chunk: TimeChunk,
  signal: AbortSignal,
): Promise<readonly LateReference[]> {
  const { store, loaded } = context;
  const writers = new Map<number, Promise<Writer>>();
  const files: LateReference[] = [];
  for await (const { key } of store.list(latePrefix(loaded.definition.name, chunk), signal)) {
    const written = parseLateKey(key);
    if (written === undefined) continue;
    const { fromMs, runId } = written;
    const writer = writers.get(fromMs) ?? openWriter(context, chunkAt(fromMs, chunk.granularity), signal);
    writers.set(fromMs, writer);
    const file = (await writer).fileOf(runId, key);
    if (file !== undefined && (await (await writer).counts(runId))) files.push(file);
  }
  return files;
}

/** An hour whose runs have met rows of another one. */
interface Writer {
  /** What the ledger says of a file. */
  fileOf(runId: string, key: string): LateReference | undefined;
  counts(runId: string): Promise<boolean>;
}

async function openWriter(
  { ledger, store, loaded }: PipelineContext,
  chunk: TimeChunk,
  signal: AbortSignal,
): Promise<Writer> {
  const history = await ledger.history(chunk, signal);
  let runs: Promise<ReadonlySet<string>> | undefined;
  return {
    fileOf: (runId, key) => fileNamedBy(history, runId, key),
    counts: async (runId) => {
      const current = currentEntry(history);
      if (loaded.definition.source.type === 'kafka' || current === undefined) return true;
      if (current.runId === runId) return true;
      runs ??= runsOf(current);
      return (await runs).has(runId);
    },
  };

  async function runsOf(current: LedgerEntry): Promise<ReadonlySet<string>> {
    const { manifest } = await readManifest(store, current, signal);
    return new Set([manifest.runId, ...(manifest.generations ?? []).map(({ runId }) => runId)]);
  }
}

/**
 * Who continues a run's manifest carries on what it names, and who retires the task of another run that one's: so each entry of the run
 * in a committed state is looked at.
 */
function fileNamedBy(history: readonly LedgerEntry[], runId: string, key: string): LateReference | undefined {
  const entries = history.filter((candidate) => candidate.runId === runId && isCommitted(candidate));
  return entries.flatMap(({ late = [] }) => late).find(({ path }) => path === key);
}
