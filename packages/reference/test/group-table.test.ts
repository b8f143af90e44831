import type { DimensionValue } from '@hourmill/record';
import { expect, test } from 'vitest';
import { GroupTable } from '../src/rollup/group-table.ts';

const row = (timeMs: number, ...dimensions: DimensionValue[]) => ({ timeMs, dimensions, metrics: [null] });

test('values are told apart by their last character, and found again, at any length', () => {
  for (const length of [1, 990, 996, 1000, 20_000]) {
    const table = new GroupTable([{ name: 'n', type: 'count' }]);
    const long = 'x'.repeat(length);
    for (const last of ['a', 'b', 'a']) table.add(row(0, long + last));
    table.add(row(0, [long, 'a']));
    expect(table.size).toBe(3);
    expect(table.rows(0).map(({ dimensions, metrics }) => [dimensions[0], metrics[0]])).toEqual([
      [`${long}a`, 2n],
      [`${long}b`, 1n],
      [[long, 'a'], 1n],
    ]);
  }
});

test('more groups of one time than a Map holds are a limit of the run, not an error of the program', () => {
  const table = new GroupTable([{ name: 'n', type: 'count' }], 2);
  for (const value of ['a', 'b', 'a']) table.add(row(0, value));
  table.add(row(1, 'c'));
  expect(() => table.add(row(0, 'c'))).toThrow(
    expect.objectContaining({
      code: 'HM_LIMIT_001',
      message: expect.stringContaining('more than 2 groups have the time 1970-01-01T00:00:00.000Z') as string,
    }) as Error,
  );
  expect(table.size).toBe(3);
});
