import { describe, expect, test } from 'vitest';
import { at, dimension, lines, metrics } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Groups and their metrics. */
export function rollUpSuite(build: Build): void {
  describe('the roll-up', () => {
    test('a missing field and null are one group; "" and "null" are others', async () => {
      const events = [at(1), at(1, { page: null }), at(1, { page: '' }), at(1, { page: 'null' })];
      const { rows } = await build({ program: { dimensions: [dimension('page')] }, files: [lines(...events)] });
      expect(rows.map(({ page, n }) => [page, n])).toEqual([
        [null, 2n],
        ['', 1n],
        ['null', 1n],
      ]);
    });

    test('equal values written differently are one group of a long or double dimension, not of a string one', async () => {
      const events = ['1', '1.0', '"1"'].map((text) => `{"ts":"2026-11-22T10:00","l":${text},"d":${text},"s":${text}}`);
      const typed = [dimension('l', 'long'), dimension('d', 'double')];
      expect((await build({ program: { dimensions: typed }, files: [lines(...events)] })).result.groups).toBe(1);
      expect(
        (await build({ program: { dimensions: [dimension('s')] }, files: [lines(...events)] })).result.groups,
      ).toBe(2);
    });

    test('-0 counts as 0', async () => {
      const events = ['0', '-0', '-0.0'].map((text) => `{"ts":"2026-11-22T10:00","d":${text}}`);
      const { rows } = await build({
        program: { dimensions: [dimension('d', 'double')], metrics: metrics('doubleMin d') },
        files: [lines(...events)],
      });
      expect(rows).toMatchObject([{ d: 0, doubleMin_d: 0, n: 3n }]);
    });

    test('metrics add, and pick extremes, of what is there; over no value at all they are null', async () => {
      const program = {
        dimensions: [dimension('g')],
        metrics: metrics('longSum x', 'longMin x', 'longMax x', 'doubleSum y', 'doubleMin y', 'doubleMax y'),
      };
      const events = [
        at(1, { g: 'a', x: 3, y: 0.1 }),
        at(1, { g: 'a', x: '-5', y: null }),
        at(1, { g: 'a', y: 0.2 }),
        at(1, { g: 'a', y: 0.3 }),
        at(1, { g: 'b', x: null }),
      ];
      const { rows, result } = await build({ program, files: [lines(...events)] });
      expect(rows.map((row) => Object.values(row).slice(1))).toEqual([
        ['a', 4n, -2n, -5n, 3n, 0.6, 0.1, 0.3],
        ['b', 1n, null, null, null, null, null, null],
      ]);
      expect(result.sums).toEqual({ n: '5', longSum_x: '-2' });
    });

    test('a sum over no value is absent from the sums', async () => {
      const { result } = await build({ program: { metrics: metrics('longSum x') }, files: [lines(at(1))] });
      expect(result.sums).toEqual({ n: '1' });
    });

    test('times are floored to the query granularity', async () => {
      const events = [at(1), { ts: '2026-11-22T10:01:59.9999Z' }, at(2)];
      const { rows } = await build({ program: { queryGranularityMs: 60_000 }, files: [lines(...events)] });
      expect(rows.map(({ __time, n }) => [(__time as Date).toISOString(), n])).toEqual([
        ['2026-11-22T10:01:00.000Z', 2n],
        ['2026-11-22T10:02:00.000Z', 1n],
      ]);
    });
  });

  describe('sums out of range', () => {
    const sum = (field: string, ...values: string[]) =>
      build({
        program: { dimensions: [dimension('g')], metrics: metrics('longSum x', 'doubleSum y') },
        files: [lines(...values.map((value) => `{"ts":"2026-11-22T10:00","g":"here","${field}":${value}}`))],
      });

    test('a longSum beyond 64 bits fails the run, naming metric and group', async () => {
      await expect(sum('x', '9223372036854775807', '1')).rejects.toMatchObject({
        code: 'HM_ENGINE_001',
        message: expect.stringMatching(
          /longSum_x .*2026-11-22T10:00:00.000Z \["here"\] is 9223372036854775808/,
        ) as string,
      });
      await expect(sum('x', '-9223372036854775808', '-1')).rejects.toMatchObject({ code: 'HM_ENGINE_001' });
    });

    test('only the final sum is judged', async () => {
      expect((await sum('x', '9223372036854775807', '1', '-1')).result.sums).toMatchObject({
        longSum_x: '9223372036854775807',
      });
      expect((await sum('y', '1e308', '1e308', '-1e308')).rows).toMatchObject([{ doubleSum_y: 1e308 }]);
    });

    test('a doubleSum beyond the range of a double fails the run', async () => {
      await expect(sum('y', '1e308', '1e308')).rejects.toMatchObject({ code: 'HM_ENGINE_002' });
    });

    test('a total beyond 64 bits fails the run, because Druid would wrap it around', async () => {
      const events = ['a', 'b'].map((g) => `{"ts":"2026-11-22T10:00","g":"${g}","x":9223372036854775807}`);
      const program = { dimensions: [dimension('g')], metrics: metrics('longSum x') };
      await expect(build({ program, files: [lines(...events)] })).rejects.toMatchObject({ code: 'HM_ENGINE_001' });
    });
  });
}
