import { expect } from 'vitest';
import type { MergedRow } from './group-twin.ts';
import type { GroupShape, GroupWorker } from './group-worker.ts';

/** What `mergeFault` and its companions say, after rows that were merged before. */
export interface Fault {
  readonly kind: number;
  readonly metric: number;
  readonly row: number;
}

export interface Merged {
  readonly rows: MergedRow[];
  readonly faults: Fault[];
  /** Events, then by metric. */
  readonly totals: bigint[];
  /** The exact states of the double sums of each row, by metric; empty for other metrics. */
  readonly states: Buffer[][];
  /** Rows without a value, by metric. */
  readonly nulls: number[];
}

export function nothingMerged({ metrics }: GroupShape): Merged {
  return {
    rows: [],
    faults: [],
    states: metrics.map(() => []),
    totals: [0n, ...metrics.map(() => 0n)],
    nulls: metrics.map(() => 0),
  };
}

/** Cuts the keys into one range a worker, and has each worker merge its range from the runs of all, `limit` rows at a time. */
export function mergeWorkers(workers: readonly GroupWorker[], shape: GroupShape, limit: number): Merged {
  const cuts = cutsOf(workers);
  const bounds = workers.map((worker) => boundsOf(worker, cuts));
  const merged = nothingMerged(shape);
  workers.forEach((worker, range) => {
    const runs = workers.map((other, index) =>
      runOf(other, bounds[index]?.[range] ?? 0, bounds[index]?.[range + 1] ?? 0),
    );
    mergeRuns(worker, shape, runs, limit, merged);
  });
  return merged;
}

/** A worker's run of its sorted groups in [from, to). */
export function runOf({ kernel }: GroupWorker, from: number, to: number): Uint8Array {
  const bytes = kernel.exports.groupsBytes(from, to);
  const at = kernel.exports.allocate(bytes);
  kernel.exports.writeGroups(from, to, at);
  return kernel.bytes.slice(at, at + bytes);
}

/** Has a worker merge these runs, and adds what comes out to `merged`. */
export function mergeRuns(
  worker: GroupWorker,
  shape: GroupShape,
  runs: readonly Uint8Array[],
  limit: number,
  merged: Merged,
): void {
  const { exports: kernel } = worker.kernel;
  kernel.keepSums(1);
  kernel.openMerge(worker.putAll(runs), runs.length, limit);
  const dictionaries = Array.from({ length: shape.dimensions }, (_, dimension) => worker.united(dimension));
  for (let count = kernel.mergeNext(limit); count > 0; count = kernel.mergeNext(limit)) {
    const kind = kernel.mergeFault();
    if (kind !== 0) {
      merged.faults.push({ kind, metric: kernel.mergeFaultMetric(), row: merged.rows.length + kernel.mergeFaultRow() });
    }
    for (let row = 0; row < count; row++) merged.rows.push(readRow(worker, shape, dictionaries, row));
    shape.metrics.forEach((kind, metric) => {
      if (kind === 'doubleSum') merged.states[metric]?.push(...readStates(worker, metric, count));
    });
  }
  merged.nulls.forEach((nulls, metric) => {
    merged.nulls[metric] = nulls + kernel.mergedNulls(metric);
  });
  merged.totals.forEach((total, index) => {
    const at = kernel.mergedTotal(index - 1);
    const { view } = worker.kernel;
    merged.totals[index] = total + view.getBigUint64(at, true) + (view.getBigInt64(at + 8, true) << 64n);
  });
}

function readStates({ kernel: { exports, bytes, view } }: GroupWorker, metric: number, rows: number): Buffer[] {
  const lengths = exports.mergedSumLengths(metric);
  const start = exports.mergedSumValues(metric);
  let at = start;
  const states = Array.from({ length: rows }, (_, row) => {
    const length = view.getUint16(lengths + 2 * row, true);
    at += length;
    return Buffer.from(bytes.slice(at - length, at));
  });
  expect(at - start).toBe(exports.mergedSumBytes(metric));
  return states;
}

function readRow(worker: GroupWorker, shape: GroupShape, dictionaries: readonly Buffer[][], row: number): MergedRow {
  const { exports: kernel } = worker.kernel;
  const { view } = worker.kernel;
  return {
    bucket: view.getUint32(kernel.mergedBucket() + 4 * row, true),
    values: dictionaries.map((values, dimension) => {
      const rank = view.getUint32(kernel.mergedRank(dimension) + 4 * row, true);
      return rank === 0 ? null : (values[rank - 1] ?? Buffer.from('no such rank'));
    }),
    events: view.getBigInt64(kernel.mergedEvents() + 8 * row, true),
    metrics: shape.metrics.map((kind, metric) => {
      const at = kernel.mergedValue(metric) + 8 * row;
      if (view.getUint8(kernel.mergedValid(metric) + row) === 0) {
        return view.getBigInt64(at, true) === 0n ? null : Number.NaN;
      }
      return kind.startsWith('long') ? view.getBigInt64(at, true) : view.getFloat64(at, true);
    }),
  };
}

/** The keys between the ranges, by the samples of all workers. */
function cutsOf(workers: readonly GroupWorker[]): bigint[][] {
  const samples = workers.flatMap((worker) => samplesOf(worker, 8)).sort(compareKeys);
  return workers.slice(1).flatMap((_, index) => {
    const cut = samples[Math.floor(((index + 1) * samples.length) / workers.length)];
    return cut === undefined ? [] : [cut];
  });
}

export function samplesOf({ kernel }: GroupWorker, n: number): bigint[][] {
  const words = keyWordsOf(kernel.view, kernel.exports.globalKeyLayout());
  const at = kernel.exports.allocate(8 * words * n);
  const count = kernel.exports.sampleKeys(at, n);
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: words }, (_, word) => kernel.view.getBigUint64(at + 8 * (words * index + word), true)),
  );
}

function keyWordsOf(view: DataView, layout: number): number {
  return view.getUint32(layout, true);
}

export function compareKeys(a: readonly bigint[], b: readonly bigint[]): number {
  for (const [word, value] of a.entries()) {
    const other = b[word] ?? 0n;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

/** Where a worker's sorted groups are cut: 0, the lower bound of each cut, and the end. */
function boundsOf({ kernel }: GroupWorker, cuts: readonly bigint[][]): number[] {
  const inner = cuts.map((cut) => {
    const at = kernel.exports.allocate(8 * cut.length);
    for (const [word, value] of cut.entries()) kernel.view.setBigUint64(at + 8 * word, value, true);
    return kernel.exports.lowerBound(at);
  });
  const count = kernel.exports.groupCount();
  return [0, ...inner, count, ...Array.from({ length: 64 }, () => count)];
}
