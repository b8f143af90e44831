import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GroupEvent, type GroupShape, GroupWorker, type MetricKind } from './support/group-worker.ts';

type Value = bigint | number | null;

interface Group {
  readonly events: number;
  /** By metric; a doubleSum that overflows is NaN. */
  readonly metrics: readonly Value[];
}

/** All groups by their bucket and dimensions as text. */
function groupTwin(shape: GroupShape, events: readonly GroupEvent[]): Map<string, Group> {
  const groups = Map.groupBy(events, ({ bucket, values }) => keyText(bucket, values));
  return new Map(
    [...groups].map(([key, members]) => {
      const metrics = shape.metrics.map((kind, column) => {
        const inputs = members.map(({ inputs }) => inputs[column] ?? null).filter((input) => input !== null);
        return inputs.length === 0 ? null : combine(kind, inputs);
      });
      return [key, { events: members.length, metrics }];
    }),
  );
}

function keyText(bucket: number, values: readonly (Uint8Array | null)[]): string {
  return JSON.stringify([
    bucket,
    values.map((value) => (value === null ? null : Buffer.from(value).toString('latin1'))),
  ]);
}

function combine(kind: MetricKind, inputs: readonly (bigint | number)[]): bigint | number {
  if (kind === 'longSum') return inputs.reduce<bigint>((sum, input) => sum + BigInt(input), 0n);
  if (kind === 'doubleSum') {
    return nearestDoubleOf(inputs.reduce<bigint>((sum, input) => sum + unitsOf(Number(input)), 0n)) ?? Number.NaN;
  }
  const least = kind === 'longMin' || kind === 'doubleMin';
  return inputs.reduce((best, input) => ((least ? input < best : input > best) ? input : best));
}

/** The groups that the kernel holds. */
function groupsOf(shape: GroupShape, { kernel }: GroupWorker): Map<string, Group> {
  const { exports, view } = kernel;
  const layout = exports.groupKeyLayout();
  const keyWords = view.getUint32(layout, true);
  const size = exports.rowBytes(keyWords);
  expect(view.getUint32(layout + 4, true)).toBe(1 + shape.dimensions);

  function field(row: number, index: number): number {
    const at = layout + 8 + 12 * index;
    const [word, shift, bits] = [view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
    return Number((view.getBigUint64(row + 8 * word, true) >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));
  }
  function value(dimension: number, code: number): Uint8Array | null {
    if (code === 0) return null;
    const entry = exports.dictionaryEntries(dimension) + 8 * (code - 1);
    const at = view.getUint32(entry, true);
    return kernel.bytes.slice(at, at + view.getUint32(entry + 4, true));
  }
  const headWords = shape.metrics.length <= 24 ? 1 : 1 + Math.ceil((shape.metrics.length - 24) / 64);
  const groups = new Map<string, Group>();
  for (let index = 0; index < exports.groupCount(); index++) {
    const row = exports.groupRows() + size * index;
    const values = Array.from({ length: shape.dimensions }, (_, d) => value(d, field(row, 1 + d)));
    const head = row + 8 * keyWords;
    let state = head + 8 * headWords;
    const metrics = shape.metrics.map((kind, column) => {
      const at = state;
      state += kind.endsWith('Sum') ? 16 : 8;
      const word = view.getBigUint64(head + (column < 24 ? 0 : 8 * (1 + ((column - 24) >> 6))), true);
      const bit = column < 24 ? 40 + column : (column - 24) & 63;
      return (word >> BigInt(bit)) & 1n ? stateValue(kind, at) : null;
    });
    groups.set(keyText(field(row, 0), values), {
      events: Number(view.getBigUint64(head, true) & 0xffffffffffn),
      metrics,
    });
  }
  expect(groups.size).toBe(exports.groupCount());
  return groups;

  function stateValue(kind: MetricKind, at: number): bigint | number {
    if (kind === 'doubleSum') return exports.sumToDouble(at);
    if (kind.startsWith('double')) return view.getFloat64(at, true);
    if (kind !== 'longSum') return view.getBigInt64(at, true);
    return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
  }
}

const MAX_LONG = 2n ** 63n - 1n;
const kinds = ['longSum', 'doubleSum', 'longMin', 'longMax', 'doubleMin', 'doubleMax'] as const;
const long = fc.oneof(
  fc.integer().map(BigInt),
  fc.constantFrom(MAX_LONG, -MAX_LONG - 1n, 0n),
  fc.bigInt(-MAX_LONG - 1n, MAX_LONG),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => double + 0);
const double = fc.oneof(
  fc.integer().map((cents) => cents / 100),
  finite,
  fc.constantFrom(2 ** 41, -(2 ** 41), 1e308),
);

function eventsOf(shape: GroupShape, withNulls: boolean): fc.Arbitrary<GroupEvent[]> {
  const value = fc.oneof(
    fc.constant(null),
    fc.nat(3).map((n) => Buffer.from(`value ${n}`)),
  );
  const inputs = shape.metrics.map((kind) => {
    const input: fc.Arbitrary<bigint | number> = kind.startsWith('long') ? long : double;
    return withNulls ? fc.option(input) : input;
  });
  const event = fc.record({
    bucket: fc.nat(shape.buckets - 1),
    values: fc.tuple(...Array.from({ length: shape.dimensions }, () => value)),
    inputs: fc.tuple(...inputs),
  });
  return fc.array(event, { maxLength: 40 });
}

const runs = fc
  .record({
    buckets: fc.constantFrom(1, 2, 60, 86_400),
    dimensions: fc.integer({ min: 0, max: 12 }),
    metrics: fc.oneof(
      { weight: 5, arbitrary: fc.array(fc.constantFrom(...kinds), { maxLength: 8 }) },
      fc.array(fc.constantFrom(...kinds), { minLength: 20, maxLength: 30 }),
    ),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      batches: fc.array(
        fc.boolean().chain((withNulls) => eventsOf(shape, withNulls)),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  );

test('groups and metrics are what the twin says', () => {
  fc.assert(
    fc.property(runs, ({ shape, batches }) => {
      const worker = new GroupWorker(shape);
      for (const events of batches) worker.add(events);
      expect(groupsOf(shape, worker)).toEqual(groupTwin(shape, batches.flat()));
    }),
    { numRuns: 40 },
  );
});

/** Numbers without a pattern, always the same. */
function* randomNumbers(below: number): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield Math.floor((state / 2 ** 32) * below);
  }
}

function take(numbers: Generator<number>): number {
  return numbers.next().value;
}

function manyEvents(shape: GroupShape, count: number, values: number): GroupEvent[] {
  const numbers = randomNumbers(values);
  return Array.from({ length: count }, () => ({
    bucket: take(numbers) % shape.buckets,
    values: Array.from({ length: shape.dimensions }, () => Buffer.from(`${take(numbers)}`)),
    inputs: shape.metrics.map((kind) => (kind.startsWith('long') ? BigInt(take(numbers)) : take(numbers) / 100)),
  }));
}

test.each([
  ['one word', { buckets: 60, dimensions: 3, metrics: ['longSum', 'doubleSum', 'longMax'] }, 30_000],
  ['a word that becomes two', { buckets: 60, dimensions: 5, metrics: ['longSum', 'doubleSum', 'doubleMin'] }, 9_000],
  ['many words', { buckets: 3600, dimensions: 14, metrics: ['doubleSum'] }, 3_000],
] satisfies [string, GroupShape, number][])(
  'groups survive growth of dictionaries and tables: %s',
  (_, shape, values) => {
    const worker = new GroupWorker(shape);
    const few = manyEvents(shape, 500, 10);
    const many = manyEvents(shape, 6000, values);
    worker.add(few);
    worker.add(many);
    worker.add(few);
    worker.add(many.slice(0, 1000));
    expect(groupsOf(shape, worker)).toEqual(groupTwin(shape, [...few, ...many, ...few, ...many.slice(0, 1000)]));
  },
);

test('groups of few combinations survive new codes, and many new codes', () => {
  const shape: GroupShape = { buckets: 12, dimensions: 2, metrics: ['longSum', 'doubleMin'] };
  const worker = new GroupWorker(shape);
  const events = [20, 25, 60, 3000, 20].flatMap((values, turn) => manyEvents(shape, turn === 0 ? 9000 : 2000, values));
  for (let first = 0; first < events.length; first += 1500) worker.add(events.slice(first, first + 1500));
  expect(groupsOf(shape, worker)).toEqual(groupTwin(shape, events));
});

test('one group takes all rows', () => {
  const shape: GroupShape = { buckets: 1, dimensions: 1, metrics: ['longSum', 'doubleSum'] };
  const worker = new GroupWorker(shape);
  const events = Array.from({ length: 20_000 }, (_, n) => ({ bucket: 0, values: [null], inputs: [MAX_LONG, n / 10] }));
  worker.add(events);
  expect(groupsOf(shape, worker)).toEqual(groupTwin(shape, events));
});

test('sums that leave the window are exact, and few states are wide', () => {
  const shape: GroupShape = { buckets: 100, dimensions: 0, metrics: ['doubleSum', 'doubleSum'] };
  const worker = new GroupWorker(shape);
  const events = Array.from({ length: 10_000 }, (_, n) => ({
    bucket: n % 100,
    values: [],
    inputs: [n % 100 === 7 ? 2 ** 41 : 0.1, n % 100 < 5 ? 1e-30 : n],
  }));
  worker.add(events);
  expect(groupsOf(shape, worker)).toEqual(groupTwin(shape, events));
  expect(worker.kernel.exports.wideCount()).toBe(6);
});

test('a setup starts anew, and a release gives all memory back', () => {
  const shape: GroupShape = { buckets: 10, dimensions: 2, metrics: ['doubleSum'] };
  const worker = new GroupWorker(shape);
  const { exports } = worker.kernel;
  const events = manyEvents(shape, 3000, 500);
  worker.add(events);
  exports.aggregateRelease();
  const used = exports.bytesInUse();
  for (let turn = 0; turn < 2; turn++) {
    exports.aggregateSetup(shape.buckets);
    expect(exports.groupCount()).toBe(0);
    worker.add(events);
    expect(groupsOf(shape, worker)).toEqual(groupTwin(shape, events));
    expect(exports.groupBytes()).toBeLessThanOrEqual(exports.bytesInUse() - used);
    exports.aggregateRelease();
    expect(exports.bytesInUse()).toBe(used);
  }
});
