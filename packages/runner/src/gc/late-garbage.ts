import {
  chunkAt,
  type LedgerEntry,
  type Leftover,
  lateHourOf,
  lateRoot,
  parseLateKey,
  SEGMENT_GRANULARITIES,
  type SegmentGranularity,
  type TimeChunk,
} from '@hourmill/core';
import { namedFiles } from './named-files.ts';
import { endStoppedRun, runHold } from './run-hold.ts';
import { type Find, garbageOf, RELEASED, removable, type Search } from './search.ts';

/** A file of late rows with the run that wrote it. */
interface WrittenLate {
  readonly file: Leftover;
  /** The hour whose late area it lies in. */
  readonly hour: TimeChunk;
  /** The hour that its run built. */
  readonly fromMs: number;
  readonly runId: string;
}

/** Files of late rows that no entry of the hour of their run names, and no manifest of their own hour. */
export async function* lateGarbage(search: Search): AsyncGenerator<Find> {
  const { ledger, store } = search.context;
  const { signal } = search;
  for (const [fromMs, files] of Map.groupBy(await oldLateFiles(search), (written) => written.fromMs)) {
    // After all files were listed: see collectGarbage.
    const histories = await historiesAt(search, fromMs);
    for (const [runId, ofRun] of Map.groupBy(files, (written) => written.runId)) {
      const hold = await holdOf(search, runId, histories);
      for (const { file, hour } of ofRun) {
        if (histories.some(({ history }) => namesLate(history, file.name))) continue;
        const { keys, unknown } = await namedFiles(store, await ledger.history(hour, signal), signal);
        if (!keys.has(file.name)) yield findOf(file, runId, hold, unknown);
      }
    }
  }
}

interface ChunkHistory {
  readonly chunk: TimeChunk;
  readonly history: readonly LedgerEntry[];
}

interface Hold {
  readonly isWorking: boolean;
  readonly release: () => Promise<boolean>;
}

/** One for all files of a run: it is ended once. */
async function holdOf({ context }: Search, runId: string, histories: readonly ChunkHistory[]): Promise<Hold> {
  const nowMs = await context.ledger.now();
  const held = histories.find(({ history }) => runHold(history, runId, nowMs) !== 'over');
  if (held === undefined) return { isWorking: false, release: RELEASED };
  let ended: Promise<boolean> | undefined;
  const release = (): Promise<boolean> => {
    ended ??= endStoppedRun(context, held.chunk, held.history);
    return ended;
  };
  return { isWorking: runHold(held.history, runId, nowMs) === 'working', release };
}

function findOf(file: Leftover, runId: string, { isWorking, release }: Hold, unknown: string | null): Find {
  const garbage = garbageOf('late', file.name, [file], `run ${runId} did not commit it`);
  return { garbage, files: [file], spared: unknown ?? (isWorking ? `run ${runId} is at work` : null), release };
}

function namesLate(history: readonly LedgerEntry[], key: string): boolean {
  return history.some(({ late = [] }) => late.some(({ path }) => path === key));
}

async function oldLateFiles({ context, pipeline, beforeMs, signal }: Search): Promise<readonly WrittenLate[]> {
  const files: WrittenLate[] = [];
  for await (const object of context.store.list(lateRoot(pipeline), signal)) {
    const hour = lateHourOf(pipeline, object.key);
    const written = parseLateKey(object.key);
    if (hour === undefined || written === undefined || object.modifiedMs > beforeMs) continue;
    files.push({ file: removable(context.store, object), hour, ...written });
  }
  return files;
}

/** The ledgers of all chunks that begin at this time: a key does not tell how long its run's chunk was. */
async function historiesAt({ context, signal }: Search, startMs: number): Promise<readonly ChunkHistory[]> {
  const own = context.loaded.definition.rollup.segmentGranularity;
  const lengths: readonly SegmentGranularity[] = [own, 'five_minute', 'hour', 'day'];
  const chunks = new Map<string, TimeChunk>();
  for (const granularity of lengths) {
    if (startMs % SEGMENT_GRANULARITIES[granularity] !== 0) continue;
    const chunk = chunkAt(startMs, granularity);
    const folder = folderKind(granularity);
    if (!chunks.has(folder)) chunks.set(folder, chunk);
  }
  return Promise.all(
    [...chunks.values()].map(async (chunk) => ({ chunk, history: await context.ledger.history(chunk, signal) })),
  );
}

/** Chunks of minutes lie in the same folders, however long they are. */
function folderKind(granularity: SegmentGranularity): string {
  return granularity === 'day' || granularity === 'hour' ? granularity : 'minutes';
}
