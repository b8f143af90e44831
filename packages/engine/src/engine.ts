import {
  addCounts,
  addGaps,
  checkCounts,
  type Engine,
  type EngineProgress,
  HOURMILL_VERSION,
  isHourmillError,
  type KeyIdentity,
  type KnownKeys,
  NO_COUNTS,
  NO_GAPS,
  type PartFile,
  type Plan,
  type StageOneRequest,
  type StageOneResult,
} from '@hourmill/core';
import { partLibrary } from '@hourmill/parquet';
import { collisionBound, partColumns, Strays } from '@hourmill/record';
import { usableCores } from './crew/cpu-quota.ts';
import { Crew } from './crew/crew.ts';
import { HeadStart } from './crew/head-start.ts';
import { shareKnownKeys } from './exchange/share-known-keys.ts';
import { chooseCuts } from './merge/choose-cuts.ts';
import { RowGroupCutter } from './merge/row-groups.ts';
import { type MergedTotals, totalSums } from './merge/total-sums.ts';
import { DEFAULT_TUNING, type LocalEngineOptions, type Tuning } from './options.ts';
import { PartWriter } from './output/part-writer.ts';
import { type InRange, placeRecords } from './output/record-places.ts';
import { writeLate } from './output/write-late.ts';
import { writeRejects } from './output/write-rejects.ts';
import { processBytes, rowsOfKeyRange, shareMemory } from './plan/budget.ts';
import { overMemoryLimit } from './plan/memory-need.ts';
import { cutRanges, type Range } from './plan/ranges.ts';
import { MemoryWatch } from './progress/memory-watch.ts';
import { ProgressMeter } from './progress/progress-meter.ts';
import { Tally } from './scan/tally.ts';
import { AccumulatorsWriter } from './sidecars/accumulators-writer.ts';
import { doubleSumsOf } from './sidecars/chunk-sums.ts';
import { writeFingerprints } from './sidecars/write-fingerprints.ts';
import { partitionsOf } from './spill/event-spill.ts';
import { planKeyRanges } from './spill/plan-key-ranges.ts';
import { planPartitions } from './spill/plan-partitions.ts';
import type { Resolved } from './spill/resolve-work.ts';
import type { ChunkSlice, Merged, Scanned } from './worker/stage.ts';

/**
 * Stage 1 on worker threads: vectorised operators in WebAssembly, exact deduplication by fingerprints, exact sums. The same
 * plan gives the same bytes, whatever the number of workers. A worker that dies is replaced with all its fellows once.
 */
export function createLocalEngine(options: LocalEngineOptions): Engine {
  return {
    name: 'local',
    build: async (request) => {
      try {
        return await build(options, request);
      } catch (error) {
        // What the dead worker had aggregated is gone with it, so its split alone cannot be read again.
        if (!isHourmillError(error, 'HM_ENGINE_003')) throw error;
        options.logger?.warn({ ...error.context, error: error.message }, 'a worker died; the hour is read once more');
        return await build(options, request);
      }
    },
  };
}

async function build(options: LocalEngineOptions, given: StageOneRequest): Promise<StageOneResult> {
  const { program, compression, limits, tuning: chosen } = options;
  const overLimit = new AbortController();
  const request = { ...given, signal: AbortSignal.any([given.signal, overLimit.signal]) };
  const { plan, signal } = request;
  const tuning = { ...DEFAULT_TUNING, ...chosen, rangeBytes: rangeBytes(request, chosen ?? {}) };
  signal.throwIfAborted();
  const startMs = performance.now();
  performance.mark('hourmill:build');
  const ranges = cutRanges(plan.splits, tuning.rangeBytes, program.deduplicate?.keep === 'last');
  const shareBytes = limits.memoryBytes / (options.buildsAtOnce ?? 1);
  const budget = shareMemory(shareBytes, wantedWorkers(options, request, ranges));
  const watch = new MemoryWatch(limits.memoryBytes, processBytes(budget.workers));
  const setup = { options: { program, compression, limits }, tuning };
  const headStart = options.headStart ?? new HeadStart(1);
  await using crew = await Crew.start(request, budget, ranges, setup, headStart, options.onThread);
  using meter = new ProgressMeter(request.onProgress, () => {
    const progress = progressOf(crew, plan, ranges);
    if (watch.isOver(progress.memoryBytes)) {
      overLimit.abort(overMemoryLimit(`the process takes ${mib(progress.memoryBytes)} MiB`, crew.memoryUse));
    }
    return progress;
  });

  if (request.known !== undefined && program.deduplicate !== null) {
    await shareKnownKeys(crew, request.known, signal);
  }
  const scanned = await crew.all((stage) => stage.scan());
  meter.finish();
  const scannedMs = performance.now();
  performance.mark('hourmill:scanned');
  const placed = <T extends InRange>(items: readonly T[]) => placeRecords(plan, ranges, crew.board, items);
  const rejected = await writeRejects(
    request,
    placed(scanned.flatMap(({ rejects }) => rejects)),
    limits.maxRejectedBytes,
  );
  const late = await writeLate(request, placed(scanned.flatMap(({ late }) => late)));

  const resolved = await resolveSpilledEvents(crew, scanned, program.deduplicate?.keep === 'last');
  meter.finish();
  const decided = countsOf(plan, scanned, resolved);
  const fingerprints =
    program.deduplicate !== null && request.sidecars?.fingerprints === true
      ? await writeFingerprints(crew, request, decided.counts.kept)
      : [];
  const isSpilled = resolved.length > 0 || scanned.some(({ spillsGroups }) => spillsGroups);
  const merged = isSpilled
    ? mergeOnDisk(crew, rowsOfKeyRange(budget.kernelBytes, tuning.maxGroups))
    : mergeInMemory(crew);
  const columns = partColumns(program);
  const doubleSums = request.sidecars?.accumulators === true ? doubleSumsOf(program).length : 0;
  const sumsWriter = doubleSums === 0 ? null : new AccumulatorsWriter(request, doubleSums);
  const { parts, totals } = await writeParts(crew, new PartWriter(request, columns, sumsWriter), merged);
  const sums = totalSums(program, totals);
  meter.finish();

  return {
    engine: { name: 'local', version: HOURMILL_VERSION, parquet: partLibrary() },
    ...decided,
    strays: straysOf(plan, scanned),
    ...rejected,
    ...late,
    identity: program.deduplicate === null ? null : identityOf(decided.counts.kept, request.known),
    groups: totals.reduce((sum, { rows }) => sum + rows, 0),
    sums,
    columns,
    parts,
    ...(request.sidecars === undefined ? {} : { sidecars: [...fingerprints, ...(sumsWriter?.files ?? [])] }),
    timingsMs: { scan: Math.round(scannedMs - startMs), merge: Math.round(performance.now() - scannedMs) },
    peak: { memoryBytes: meter.peakBytes, spilledBytes: meter.peakSpilledBytes },
  };
}

/** Decides what had no room in memory, each partition by itself. Empty when everything had. */
async function resolveSpilledEvents(crew: Crew, scanned: readonly Scanned[], reverse: boolean): Promise<Resolved[]> {
  const spilled = scanned.flatMap(({ spilledEvents }) => spilledEvents ?? []);
  if (spilled.length === 0) return [];
  // The table of keys of a partition wants the memory.
  await crew.all((stage) => stage.spillGroups());
  const tasks = planPartitions(spilled, partitionsOf(crew.workers), reverse);
  const resolved: Resolved[] = [];
  for await (const partition of crew.each(tasks, (stage, task) => stage.resolve(task))) resolved.push(partition);
  return resolved;
}

/** All workers' groups, sorted and combined: each worker gives the rows of one key range, in the order of the ranges. */
async function* mergeInMemory(crew: Crew): AsyncGenerator<Merged[]> {
  const dictionaries = await crew.all((stage) => stage.seal());
  performance.mark('hourmill:sealed');
  const samples = await crew.all((stage) => stage.unite(dictionaries));
  performance.mark('hourmill:united');
  const cuts = chooseCuts(samples, crew.workers);
  const shares = await crew.all((stage) => stage.share(cuts));
  performance.mark('hourmill:shared');
  const merged = await crew.all((stage, index) => stage.merge(shares.map((runs) => runs[index] ?? null)));
  performance.mark('hourmill:merged');
  yield merged;
}

/** The same from disk: as many key ranges at a time as there are workers, so that memory holds the rows of a few ranges. */
async function* mergeOnDisk(crew: Crew, rangeRows: number): AsyncGenerator<Merged[]> {
  const runs = (await crew.all((stage) => stage.spillGroups())).flat();
  const tasks = planKeyRanges(runs, rangeRows);
  for (let next = 0; next < tasks.length; next += crew.workers) {
    const merged = await crew.all(async (stage, index) => {
      const task = tasks[next + index];
      return task === undefined ? [] : [await stage.mergeKeyRange(task)];
    });
    yield merged.flat();
  }
}

async function writeParts(
  crew: Crew,
  writer: PartWriter,
  waves: AsyncIterable<readonly Merged[]>,
): Promise<{ parts: readonly PartFile[]; totals: readonly MergedTotals[] }> {
  const cutter = new RowGroupCutter();
  const write = async (rowGroups: readonly ChunkSlice[][]): Promise<void> => {
    let next = 0;
    for await (const group of crew.each(rowGroups, (stage, slices) => stage.encode(slices))) {
      await writer.add(group, rowGroups[next++] ?? []);
    }
  };
  const totals: MergedTotals[] = [];
  for await (const merged of waves) {
    totals.push(...merged.map(({ rows, totals }) => ({ rows, totals })));
    await write(cutter.add(merged.flatMap(({ chunks }) => chunks)));
  }
  await write(cutter.end());
  crew.dismiss();
  const parts = await writer.end();
  performance.mark('hourmill:written');
  return { parts, totals };
}

/** The bytes of the parts depend on the compression libraries of this Node.js. */
/** A source that is read as a stream gives whole splits only. */
function rangeBytes({ source }: StageOneRequest, { rangeBytes }: Partial<Tuning>): number {
  if (source.worker === undefined) return Number.POSITIVE_INFINITY;
  return rangeBytes ?? source.worker.rangeBytes ?? DEFAULT_TUNING.rangeBytes;
}

function wantedWorkers({ workers }: LocalEngineOptions, { source }: StageOneRequest, ranges: readonly Range[]): number {
  if (source.worker === undefined) return 1;
  return Math.max(1, Math.min(workers ?? usableCores(), ranges.length));
}

function countsOf(
  plan: Plan,
  scanned: readonly Scanned[],
  resolved: readonly Resolved[],
): Pick<StageOneResult, 'counts' | 'splits' | 'gaps'> {
  const tally = new Tally(plan.splits.length);
  for (const { counts } of [...scanned, ...resolved]) tally.merge(counts);
  const gaps = new Map(scanned.flatMap((worker) => worker.gaps.map(({ split, gaps }) => [split, gaps])));
  const splits = plan.splits.map(({ id }, index) => {
    const gapsOfSplit = gaps.get(index);
    return { id, counts: tally.of(index), ...(gapsOfSplit === undefined ? {} : { gaps: gapsOfSplit }) };
  });
  for (const { counts } of splits) checkCounts(counts);
  return {
    splits,
    counts: splits.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS),
    ...(plan.ranges === undefined ? {} : { gaps: [...gaps.values()].reduce(addGaps, NO_GAPS) }),
  };
}

/** Each kept record is the first of its key. */
function identityOf(keys: number, known: KnownKeys | undefined): KeyIdentity {
  const all = keys + (known?.keys ?? 0);
  const knownCount = known === undefined ? {} : { known: known.keys };
  return { algorithm: 'hm1', keys, ...knownCount, collisionBound: collisionBound(all) };
}

function straysOf(plan: Plan, scanned: readonly Scanned[]): StageOneResult['strays'] {
  const strays = new Strays(plan.chunk);
  for (const worker of scanned) strays.merge(worker.strays);
  return strays.counts();
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 1048576);
}

function progressOf({ board }: Crew, plan: Plan, ranges: readonly Range[]): EngineProgress {
  const totalBytes = plan.splits.reduce((sum, { bytes }) => sum + bytes, 0);
  const done = ranges.length === 0 ? 1 : board.progress('ranges') / ranges.length;
  return {
    events: board.progress('events'),
    bytes: Math.min(totalBytes, board.progress('bytes')),
    totalBytes,
    splitsDone: Math.floor(done * plan.splits.length),
    splits: plan.splits.length,
    memoryBytes: process.memoryUsage.rss(),
    spilledBytes: board.spilledBytes,
  };
}
