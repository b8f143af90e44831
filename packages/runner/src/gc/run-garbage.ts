import {
  chunkFolder,
  hoursRoot,
  type LedgerEntry,
  type Leftover,
  parseRunKey,
  runPrefix,
  type TimeChunk,
} from '@hourmill/core';
import { namedFiles } from './named-files.ts';
import { endStoppedRun, runHold } from './run-hold.ts';
import { type Find, garbageOf, RELEASED, removable, type Search } from './search.ts';

/** The files of one hour that are old enough, by run. */
interface HourFiles {
  readonly chunk: TimeChunk;
  readonly byRun: Map<string, Leftover[]>;
}

/** Files of runs, below `hours/`, that no entry of their hour names: one find a run. */
export async function* runGarbage(search: Search): AsyncGenerator<Find> {
  const { context, signal } = search;
  for await (const { chunk, byRun } of oldFilesByHour(search)) {
    // After the hour's files were listed: see collectGarbage.
    const history = await context.ledger.history(chunk, signal);
    const { keys, unknown } = await namedFiles(context.store, history, signal);
    for (const [runId, files] of byRun) {
      const unnamed = files.filter(({ name }) => !keys.has(name));
      if (unnamed.length > 0) yield await findOf(search, chunk, runId, history, unnamed, unknown);
    }
  }
}

async function findOf(
  { context, pipeline }: Search,
  chunk: TimeChunk,
  runId: string,
  history: readonly LedgerEntry[],
  files: readonly Leftover[],
  unknown: string | null,
): Promise<Find> {
  const hold = runHold(history, runId, await context.ledger.now());
  const garbage = garbageOf('run', runPrefix(pipeline, chunk, runId), files, whyGarbage(history, runId));
  const spared = unknown ?? (hold === 'working' ? `run ${runId} is at work` : null);
  const release = hold === 'stopped' ? () => endStoppedRun(context, chunk, history) : RELEASED;
  return { garbage, files, spared, release };
}

function whyGarbage(history: readonly LedgerEntry[], runId: string): string {
  const last = history.findLast((entry) => entry.runId === runId);
  if (last === undefined) return 'no entry of the ledger knows the run';
  if (last.manifest !== null) return `the run committed (${last.state}), but names other files`;
  return last.state === 'planned'
    ? 'the run died before it committed'
    : `the run ended as ${last.state} before it committed`;
}

/** Hour by hour, as keys are listed: at no time more than one hour's. */
async function* oldFilesByHour({ context, pipeline, beforeMs, signal }: Search): AsyncGenerator<HourFiles> {
  let hour: HourFiles | undefined;
  for await (const object of context.store.list(hoursRoot(pipeline), signal)) {
    const place = parseRunKey(pipeline, object.key);
    if (place === undefined) continue;
    // Chunks of different lengths may begin at the same time, and each has a ledger of its own.
    if (hour !== undefined && chunkFolder(hour.chunk) !== chunkFolder(place.chunk)) {
      if (hour.byRun.size > 0) yield hour;
      hour = undefined;
    }
    hour ??= { chunk: place.chunk, byRun: new Map() };
    if (object.modifiedMs <= beforeMs) add(hour, place.runId, removable(context.store, object));
  }
  if (hour !== undefined && hour.byRun.size > 0) yield hour;
}

function add({ byRun }: HourFiles, runId: string, file: Leftover): void {
  const files = byRun.get(runId);
  if (files === undefined) byRun.set(runId, [file]);
  else files.push(file);
}
