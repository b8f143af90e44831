import {
  addCounts,
  checkCounts,
  type Engine,
  type EngineProgress,
  HOURMILL_VERSION,
  isHourmillError,
  NO_COUNTS,
  type PartColumn,
  type PartFile,
  type Plan,
  type StageOneRequest,
  type StageOneResult,
} from '@hourmill/core';
import { collisionBound, partColumns, Strays } from '@hourmill/record';
import { usableCores } from './crew/cpu-quota.ts';
import { Crew } from './crew/crew.ts';
import { HeadStart } from './crew/head-start.ts';
import { chooseCuts } from './merge/choose-cuts.ts';
import { cutRowGroups } from './merge/row-groups.ts';
import { totalSums } from './merge/total-sums.ts';
import { DEFAULT_TUNING, type LocalEngineOptions, type Tuning } from './options.ts';
import { PartWriter } from './output/part-writer.ts';
import { writeRejects } from './output/write-rejects.ts';
import { processBytes, shareMemory } from './plan/budget.ts';
import { overMemoryLimit } from './plan/memory-need.ts';
import { cutRanges, type Range } from './plan/ranges.ts';
import { MemoryWatch } from './progress/memory-watch.ts';
import { ProgressMeter } from './progress/progress-meter.ts';
import { Tally } from './scan/tally.ts';
import type { Merged, Scanned } from './worker/stage.ts';

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

  const scanned = await crew.all((stage) => stage.scan());
  meter.finish();
  const scannedMs = performance.now();
  performance.mark('hourmill:scanned');
  const rejected = await writeRejects(
    request,
    ranges,
    crew.board,
    scanned.flatMap(({ rejects }) => rejects),
    limits.maxRejectedBytes,
  );

  const merged = await mergeGroups(crew, budget.workers);
  const sums = totalSums(program, merged);
  const columns = partColumns(program);
  const parts = await writeParts(crew, request, columns, merged);

  const keys = scanned.reduce((sum, worker) => sum + worker.keys, 0);
  return {
    engine: { name: 'local', version: HOURMILL_VERSION, parquet: parquetWriter() },
    ...countsOf(plan, scanned),
    strays: straysOf(plan, scanned),
    ...rejected,
    identity: program.deduplicate === null ? null : { algorithm: 'hm1', keys, collisionBound: collisionBound(keys) },
    groups: rowsOf(merged),
    sums,
    columns,
    parts,
    timingsMs: { scan: Math.round(scannedMs - startMs), merge: Math.round(performance.now() - scannedMs) },
    peak: { memoryBytes: meter.peakBytes, spilledBytes: 0 },
  };
}

/** All workers' groups, sorted and combined: each worker gives the rows of one key range, in the order of the ranges. */
async function mergeGroups(crew: Crew, workers: number): Promise<Merged[]> {
  const dictionaries = await crew.all((stage) => stage.seal());
  performance.mark('hourmill:sealed');
  const samples = await crew.all((stage) => stage.unite(dictionaries));
  performance.mark('hourmill:united');
  const cuts = chooseCuts(samples, workers);
  const shares = await crew.all((stage) => stage.share(cuts));
  performance.mark('hourmill:shared');
  const merged = await crew.all((stage, index) => stage.merge(shares.map((runs) => runs[index] ?? null)));
  performance.mark('hourmill:merged');
  return merged;
}

async function writeParts(
  crew: Crew,
  request: StageOneRequest,
  columns: readonly PartColumn[],
  merged: readonly Merged[],
): Promise<readonly PartFile[]> {
  const writer = new PartWriter(request, columns);
  const rowGroups = cutRowGroups(merged.flatMap(({ chunks }) => chunks));
  for await (const group of crew.each(rowGroups, (stage, slices) => stage.encode(slices))) await writer.add(group);
  const parts = await writer.end();
  performance.mark('hourmill:written');
  return parts;
}

/** The bytes of the parts depend on the compression libraries of this Node.js. */
function parquetWriter(): string {
  return `hourmill ${HOURMILL_VERSION}, zstd ${process.versions.zstd}, zlib ${process.versions.zlib}`;
}

/** A source that is read as a stream gives whole splits only. */
function rangeBytes({ source }: StageOneRequest, { rangeBytes }: Partial<Tuning>): number {
  if (source.worker === undefined) return Number.POSITIVE_INFINITY;
  return rangeBytes ?? source.worker.rangeBytes ?? DEFAULT_TUNING.rangeBytes;
}

function wantedWorkers({ workers }: LocalEngineOptions, { source }: StageOneRequest, ranges: readonly Range[]): number {
  if (source.worker === undefined) return 1;
  return Math.max(1, Math.min(workers ?? usableCores(), ranges.length));
}

function countsOf(plan: Plan, scanned: readonly Scanned[]): Pick<StageOneResult, 'counts' | 'splits'> {
  const tally = new Tally(plan.splits.length);
  for (const { counts } of scanned) tally.merge(counts);
  const splits = plan.splits.map(({ id }, index) => ({ id, counts: tally.of(index) }));
  for (const { counts } of splits) checkCounts(counts);
  return { splits, counts: splits.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS) };
}

function straysOf(plan: Plan, scanned: readonly Scanned[]): StageOneResult['strays'] {
  const strays = new Strays(plan.chunk);
  for (const worker of scanned) strays.merge(worker.strays);
  return strays.counts();
}

function rowsOf(merged: readonly Merged[]): number {
  return merged.reduce((sum, { rows }) => sum + rows, 0);
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
    spilledBytes: 0,
  };
}
