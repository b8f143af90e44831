import type { Row } from '@hourmill/record';
import { memoryObjectStore } from '@hourmill/testkit';
import { expect, test } from 'vitest';
import { createMerger } from '../src/index.ts';
import { programOf } from './support/program.ts';
import { rollUp } from './support/roll-up.ts';
import { storeRollUp } from './support/store-roll-up.ts';

const MOST = 2n ** 63n - 1n;
const timeMs = Date.parse('2026-11-22T10:00:00Z');
const program = programOf(['text', 'texts'], ['count', 'longSum', 'doubleSum']);
const NAMES = program.metrics.map(({ name }) => name);

/** A row of group `text`, `['x', null]` with these metrics. */
function row(text: string, values: Record<string, bigint | number>): Row {
  return { timeMs, dimensions: [text, ['x', null]], metrics: NAMES.map((name) => values[name] ?? null) };
}

async function merge(base: readonly Row[], added: readonly Row[]) {
  const store = memoryObjectStore();
  const options = { program, compression: { codec: 'none', level: 0 }, limits: { memoryBytes: 2 ** 40 } } as const;
  return createMerger(options).merge({
    base: await storeRollUp(store, 'base/', program, rollUp(program, base)),
    added: await storeRollUp(store, 'added/', program, rollUp(program, added)),
    store,
    prefix: 'merged/',
    signal: new AbortController().signal,
  });
}

test('a longSum that leaves 64 bits names its metric and its group', async () => {
  await expect(merge([row('a', { total: MOST })], [row('a', { total: 1n })])).rejects.toMatchObject({
    code: 'HM_ENGINE_001',
    message: `metric total of group 2026-11-22T10:00:00.000Z ["a",["x",null]] is ${MOST + 1n}, which does not fit into 64 bits`,
  });
  await expect(merge([row('a', { total: -MOST - 1n })], [row('a', { total: -1n })])).rejects.toMatchObject({
    code: 'HM_ENGINE_001',
  });
});

test('a total beyond 64 bits is refused although each group fits', async () => {
  await expect(merge([row('a', { total: MOST })], [row('b', { total: 1n })])).rejects.toMatchObject({
    code: 'HM_ENGINE_001',
    message: `the sum of total over all groups is ${MOST + 1n}, which does not fit into 64 bits`,
  });
});

test('totals are those of all rows, exactly; a sum over no value is absent', async () => {
  const { sums } = await merge([row('a', { total: MOST })], [row('a', { total: -MOST }), row('b', { total: -3n })]);
  expect(sums).toEqual({ events: '3', total: '-3' });
  expect((await merge([row('a', {})], [])).sums).toEqual({ events: '1' });
  expect(await merge([], [])).toMatchObject({ groups: 0, parts: [], accumulators: [], sums: {} });
});

test('a doubleSum beyond the range of doubles names its metric and its group', async () => {
  const most = Number.MAX_VALUE;
  await expect(merge([row('b', { sum: most })], [row('b', { sum: most })])).rejects.toMatchObject({
    code: 'HM_ENGINE_002',
    message: 'metric sum of group 2026-11-22T10:00:00.000Z ["b",["x",null]] is beyond the range of a double',
  });
});
