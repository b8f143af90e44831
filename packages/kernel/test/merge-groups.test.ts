import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addFrame, framesOf } from './support/group-frames.ts';
import { groupTwin, stateTwin, totalTwin } from './support/group-twin.ts';
import {
  type GroupEvent,
  type GroupShape,
  GroupWorker,
  type MetricKind,
  metricKinds,
  uniteWorkers,
} from './support/group-worker.ts';
import {
  compareKeys,
  type Fault,
  type Merged,
  mergeRuns,
  mergeWorkers,
  nothingMerged,
  runOf,
  samplesOf,
} from './support/merge-workers.ts';

const kinds = Object.keys(metricKinds) as MetricKind[];

const longs = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: -1000n, max: 1000n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
);
const doubles = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100 + 0) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(2 ** 42 - 1, -(2 ** 42) + 1, 2 ** -84, 2 ** -85, 1e300, -1e300, 5e-324, 1.7e308),
  },
);
const value = fc.oneof(
  fc.constant(null),
  fc
    .constantFrom('', '\0', 'a', 'a\0', 'b', 'a long common prefix/1', 'a long common prefix/2')
    .map((text) => Buffer.from(text)),
  fc.integer({ min: 0, max: 60 }).map((i) => Buffer.from(`value ${i}`)),
);

function inputOf(kind: MetricKind): fc.Arbitrary<bigint | number> {
  return kind.startsWith('long') ? longs : doubles;
}

interface Scene {
  readonly shape: GroupShape;
  /** By worker. */
  readonly events: readonly GroupEvent[][];
  readonly limit: number;
}

/** Events of one to five workers that share few keys, some of more than 64 bits. */
const scenes: fc.Arbitrary<Scene> = fc
  .record({
    buckets: fc.constantFrom(1, 60, 2 ** 20),
    dimensions: fc.integer({ min: 0, max: 16 }),
    metrics: fc.array(fc.constantFrom(...kinds), { maxLength: 7 }),
    workers: fc.integer({ min: 1, max: 5 }),
    limit: fc.constantFrom(1, 7, 1000),
  })
  .chain(({ buckets, dimensions, metrics, workers, limit }) => {
    const exactly = (count: number) => ({ minLength: count, maxLength: count });
    const keys = fc.array(
      fc.record({
        bucket: fc.integer({ min: 0, max: buckets - 1 }),
        values: fc.array(value, exactly(dimensions)),
      }),
      { minLength: 1, maxLength: 25 },
    );
    const inputs = fc.tuple(...metrics.map((kind) => fc.option(inputOf(kind), { freq: 6 })));
    const event = fc.record({ key: fc.nat(), inputs });
    const events = fc.array(fc.array(event, { maxLength: 40 }), exactly(workers));
    return fc.record({ keys, events }).map(({ keys, events }) => ({
      shape: { buckets, dimensions, metrics },
      limit,
      events: events.map((list) =>
        list.flatMap(({ key, inputs }) => {
          const chosen = keys[key % keys.length];
          return chosen === undefined ? [] : [{ ...chosen, inputs }];
        }),
      ),
    }));
  });

function merge({ shape, events, limit }: Scene): Merged {
  const workers = events.map((list) => {
    const worker = new GroupWorker(shape);
    worker.add(list);
    return worker;
  });
  uniteWorkers(workers, shape.dimensions);
  return mergeWorkers(workers, shape, limit);
}

/** Rows as they should be; those that the twin calls out of range say so in both. */
function expectMerged({ shape, events }: Scene, merged: Merged): void {
  const twin = groupTwin(events.flat(), shape.metrics);
  const isFault = (row: number, metric: number) => twin[row]?.metrics[metric] === 'fault';
  const rows = merged.rows.map((row, index) => ({
    ...row,
    metrics: row.metrics.map((result, metric) => (isFault(index, metric) ? 'fault' : result)),
  }));
  expect(rows).toEqual(twin);
  for (const { kind, metric, row } of merged.faults) {
    expect(isFault(row, metric)).toBe(true);
    expect(kind).toBe(shape.metrics[metric] === 'longSum' ? 1 : 2);
  }
  if (twin.some(({ metrics }) => metrics.includes('fault'))) expect(merged.faults).not.toEqual([]);
  shape.metrics.forEach((kind, metric) => {
    if (kind === 'doubleSum') expect(merged.states[metric]).toEqual(stateTwin(events.flat(), shape.metrics, metric));
  });
  expect(merged.totals[0]).toBe(BigInt(events.flat().length));
  shape.metrics.forEach((kind, metric) => {
    expect(merged.nulls[metric]).toBe(twin.filter(({ metrics }) => metrics[metric] === null).length);
    expect(merged.totals[1 + metric]).toBe(kind === 'longSum' ? totalTwin(events.flat(), metric) : 0n);
  });
}

test('groups of one to five workers become sorted rows, each key once, with exact sums', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      expectMerged(scene, merge(scene));
    }),
    { numRuns: 40 },
  );
});

/** As {@link merge}, when all groups were on disk: one worker gets the frames of all. Each writes what it has twice, emptied between. */
function mergeFrames({ shape, events, limit }: Scene, rows: number): Merged {
  const frames = events.flatMap((list) => {
    const worker = new GroupWorker(shape);
    return [list.slice(0, list.length / 2), list.slice(list.length / 2)].flatMap((half) => {
      worker.add(half);
      const written = framesOf(worker, shape.dimensions, rows);
      worker.empty(shape);
      return written;
    });
  });
  const reader = new GroupWorker(shape);
  const batch = reader.kernel.exports.allocate(reader.kernel.exports.batchBytes());
  for (const frame of frames) addFrame(reader, frame, batch);
  uniteWorkers([reader], shape.dimensions);
  return mergeWorkers([reader], shape, limit);
}

test('groups that went to disk as frames are merged as if they had stayed in memory', () => {
  fc.assert(
    fc.property(scenes, fc.integer({ min: 1, max: 40 }), (scene, rows) => {
      expectMerged(scene, mergeFrames(scene, rows));
    }),
    { numRuns: 60 },
  );
});

test('more groups than are handled at once, with wide sums and nulls, are merged as few are', () => {
  const shape: GroupShape = { buckets: 60, dimensions: 2, metrics: ['doubleSum', 'longMin', 'doubleSum', 'longSum'] };
  const events = [3, 5, 7].map((step) =>
    Array.from({ length: 3000 }, (_, i): GroupEvent => {
      const key = (i * step) % 2003;
      return {
        bucket: key % 60,
        values: [Buffer.from(`publisher ${key % 97}`), key % 11 === 0 ? null : Buffer.from(`${key}`)],
        inputs: [
          i % 50 === 0 ? 1e300 / (key + 1) : key / 7,
          BigInt(i - 500),
          i % 3 ? 2 ** 41 * step : null,
          2n ** 61n - BigInt(i),
        ],
      };
    }),
  );
  for (const limit of [300, 5000]) expectMerged({ shape, events, limit }, merge({ shape, events, limit }));
  for (const rows of [700, 8192])
    expectMerged({ shape, events, limit: 5000 }, mergeFrames({ shape, events, limit: 5000 }, rows));
});

test('more metrics than the first head word has bits for', () => {
  const metrics = Array.from({ length: 100 }, (_, metric) => kinds[metric % kinds.length] ?? 'longSum');
  const shape: GroupShape = { buckets: 1, dimensions: 1, metrics };
  const events = [0, 1, 2].map((worker) =>
    Array.from({ length: 40 }, (_, i): GroupEvent => {
      const inputs = metrics.map((kind, metric) => {
        if ((i * 31 + metric * 17 + worker) % 5 === 0) return null;
        return kind.startsWith('long') ? BigInt(i * metric - 700) : (i * metric) / 8;
      });
      return { bucket: 0, values: [Buffer.from(`${i % 9}`)], inputs };
    }),
  );
  expectMerged({ shape, events, limit: 100 }, merge({ shape, events, limit: 100 }));
});

test('seventy runs are merged', () => {
  const shape: GroupShape = { buckets: 1000, dimensions: 1, metrics: ['longSum'] };
  const events = Array.from({ length: 900 }, (_, i): GroupEvent => {
    return { bucket: (i * 7) % 1000, values: [Buffer.from(`${i % 7}`)], inputs: [BigInt(i)] };
  });
  const worker = new GroupWorker(shape);
  worker.add(events);
  uniteWorkers([worker], 1);
  const count = worker.kernel.exports.groupCount();
  const cut = (run: number) => Math.floor((((run * 13) % 69) * count) / 69);
  const runs = [runOf(worker, 0, count)];
  for (let run = 1; run < 70; run++) runs.push(runOf(worker, 0, cut(run)));
  const merged = nothingMerged(shape);
  mergeRuns(worker, shape, runs, 1000, merged);
  const twin = groupTwin(events, shape.metrics);
  const times = twin.map((_, index) => 1 + runs.slice(1).filter((_, run) => cut(run + 1) > index).length);
  expect(merged.rows.map(({ bucket, values }) => [bucket, values])).toEqual(
    twin.map(({ bucket, values }) => [bucket, values]),
  );
  expect(merged.rows.map(({ events }) => events)).toEqual(
    twin.map((row, index) => row.events * BigInt(times[index] ?? 0)),
  );
});

test('keys of several words are ordered by all of them', () => {
  const dimensions = 14;
  const shape: GroupShape = { buckets: 2 ** 20, dimensions, metrics: ['longMax'] };
  // These make fields of 7 bits; all other rows agree in the first word.
  const fillers = Array.from({ length: 70 }, (_, i): GroupEvent => {
    const values = Array.from({ length: dimensions }, (_, dimension) => Buffer.from(`${(i * (dimension + 1)) % 71}`));
    return { bucket: i, values, inputs: [null] };
  });
  const alike = (worker: number) =>
    Array.from({ length: 200 }, (_, i): GroupEvent => {
      const number = (i * (2 * worker + 3)) % 311;
      const last = [`${number % 13}`, `${number % 29}`].map((text) => Buffer.from(text));
      const first = Array.from({ length: dimensions - 2 }, () => Buffer.from('1'));
      return { bucket: 5, values: [...first, ...last], inputs: [BigInt(i)] };
    });
  const events = [0, 1, 2].map((worker) => [...fillers, ...alike(worker)]);
  expectMerged({ shape, events, limit: 50 }, merge({ shape, events, limit: 50 }));
});

test('a key of 64 ones is not taken for the end of a run', () => {
  const dimensions = 22;
  const shape: GroupShape = { buckets: 2 ** 20, dimensions, metrics: [] };
  const row = (bucket: number, text: string): GroupEvent => {
    return { bucket, values: Array.from({ length: dimensions }, () => Buffer.from(text)), inputs: [] };
  };
  const few = [row(0, 'a'), row(0, 'b')];
  const events = [few, [...few, row(2 ** 20 - 1, 'c')], few];
  const ones = [2n ** 64n - 1n];
  const workers = events.map((list) => {
    const worker = new GroupWorker(shape);
    worker.add(list);
    return worker;
  });
  uniteWorkers(workers, dimensions);
  const [first] = workers;
  if (first === undefined) return;
  expect(workers.flatMap((worker) => samplesOf(worker, 3))).toContainEqual(ones);
  const merged = nothingMerged(shape);
  const runs = workers.map((worker) => runOf(worker, 0, worker.kernel.exports.groupCount()));
  mergeRuns(first, shape, runs, 10, merged);
  expectMerged({ shape, events, limit: 10 }, merged);
});

test('two sums that leave the window together are summed as wide ones, row after row', () => {
  const shape: GroupShape = { buckets: 9, dimensions: 0, metrics: ['doubleSum'] };
  const half = (bucket: number): GroupEvent => ({ bucket, values: [], inputs: [-(2 ** 41)] });
  const events = [0, 1, 2].map((worker) =>
    [0, 1, 2, 3, 4].flatMap((bucket) => (bucket < worker ? [] : [half(bucket), half(bucket)])),
  );
  for (const limit of [1, 9]) expectMerged({ shape, events, limit }, merge({ shape, events, limit }));
});

test('no run at all has no rows', () => {
  const shape: GroupShape = { buckets: 1, dimensions: 0, metrics: [] };
  const worker = new GroupWorker(shape);
  uniteWorkers([worker], 0);
  worker.kernel.exports.openMerge(0, 0, 10);
  expect(worker.kernel.exports.mergeNext(10)).toBe(0);
});

describe('a sum out of range', () => {
  const shape: GroupShape = { buckets: 10, dimensions: 0, metrics: ['doubleSum', 'longSum', 'longSum'] };
  const faultOf = (events: readonly GroupEvent[][]): Fault[] => merge({ shape, events, limit: 10 }).faults;
  const event = (bucket: number, ...inputs: (number | bigint | null)[]): GroupEvent => ({ bucket, values: [], inputs });
  const most = 2n ** 63n - 1n;

  test('is named by its first row, then its first metric', () => {
    const one = [event(2, 1.7e308, most, 0n), event(3, 1, most, most), event(4, 1.7e308, 0n, 0n)];
    const other = [event(2, -1.7e308, 0n, 0n), event(3, 1, 1n, 1n), event(4, 1.7e308, 1n, 0n)];
    expect(faultOf([one, other])).toEqual([{ kind: 1, metric: 1, row: 1 }]);
  });

  test('is no fault while partial sums alone are', () => {
    const up = [event(1, 1.7e308, most, 0n)];
    const down = [event(1, -1.7e308, -most, 0n)];
    expect(faultOf([up, up, down, down])).toEqual([]);
    expect(faultOf([up, up, down])).toEqual([]);
    expect(faultOf([up, up])).toEqual([{ kind: 2, metric: 0, row: 0 }]);
  });

  test('leaves the long sum to be read', () => {
    const events = [[event(1, 0, most, 0n)], [event(1, 0, 1n, 0n)]];
    const workers = events.map((list) => {
      const worker = new GroupWorker(shape);
      worker.add(list);
      return worker;
    });
    uniteWorkers(workers, 0);
    const [worker] = workers;
    if (worker === undefined) return;
    const { exports: kernel } = worker.kernel;
    kernel.openMerge(worker.putAll(workers.map((each) => runOf(each, 0, 1))), 2, 1);
    kernel.mergeNext(1);
    expect(worker.kernel.view.getBigUint64(kernel.mergeFaultSum(), true)).toBe(2n ** 63n);
    expect(worker.kernel.view.getBigInt64(kernel.mergeFaultSum() + 8, true)).toBe(0n);
  });
});

test('samples are keys of groups, in order, and their lower bounds are evenly spaced', () => {
  const shape: GroupShape = { buckets: 1000, dimensions: 12, metrics: [] };
  const worker = new GroupWorker(shape);
  const values = (i: number) =>
    Array.from({ length: 12 }, (_, dimension) => Buffer.from(`${(i * (dimension + 3)) % 101}`));
  worker.add(Array.from({ length: 1000 }, (_, i) => ({ bucket: (i * 7) % 1000, values: values(i), inputs: [] })));
  uniteWorkers([worker], 12);
  const { kernel } = worker;
  const samples = samplesOf(worker, 10);
  expect(samples.toSorted(compareKeys)).toEqual(samples);
  const bounds = samples.map((key) => {
    const at = kernel.exports.allocate(8 * key.length);
    for (const [word, part] of key.entries()) kernel.view.setBigUint64(at + 8 * word, part, true);
    return kernel.exports.lowerBound(at);
  });
  expect(bounds).toEqual([50, 150, 250, 350, 450, 550, 650, 750, 850, 950]);
  expect(samplesOf(worker, 2000)).toHaveLength(1000);
});
