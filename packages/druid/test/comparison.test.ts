import { expect, test } from 'vitest';
import { sumsQuery } from '../src/served-sums.ts';
import { firstDifference } from '../src/verify-hour.ts';
import { newestSegments } from '../src/visible-segments.ts';
import { dimension, EVENTS, HOUR, handOverOf, programOf } from './hand-over.ts';

const metrics = [
  EVENTS,
  { name: 'bytes', type: 'longSum', path: ['b'] },
  { name: 'x', type: 'doubleSum', path: ['x'] },
] as const;
const program = programOf([dimension('page')], metrics);
const handOver = handOverOf({ locations: [], rows: 3, sums: { events: '7', bytes: '9223372036854775807' } });
const served = { rows: 3, sums: { events: '7', bytes: '9223372036854775807' } };

test('equal numbers are no difference', () => {
  expect(firstDifference(program, handOver, served)).toBeUndefined();
});

test('one unit in a 64-bit sum is a difference', () => {
  const off = { rows: 3, sums: { ...served.sums, bytes: '9223372036854775806' } };
  expect(firstDifference(program, handOver, off)).toEqual({
    metric: 'bytes',
    expected: '9223372036854775807',
    served: '9223372036854775806',
  });
});

test('null and zero differ', () => {
  const nothing = handOverOf({ locations: [], rows: 3, sums: { events: '7' } });
  expect(firstDifference(program, nothing, { rows: 3, sums: { events: '7' } })).toBeUndefined();
  expect(firstDifference(program, nothing, { rows: 3, sums: { events: '7', bytes: '0' } })).toEqual({
    metric: 'bytes',
    expected: 'null',
    served: '0',
  });
});

test('a dimension that was lost on the way shows in the rows, unless lists may have merged them', () => {
  const merged = { ...served, rows: 2 };
  expect(firstDifference(program, handOver, merged)).toEqual({ metric: 'rows', expected: '3', served: '2' });
  const lists = programOf([dimension('page', { multiValue: 'ARRAY' })], metrics);
  expect(firstDifference(lists, handOver, merged)).toBeUndefined();
});

test('the newest version decides, with all its segments', () => {
  const interval = '2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z';
  const segment = (id: string, version: string) => ({ id, version, interval, isTombstone: false });
  const published = [
    segment('old', '2026-11-23T04:14:43.351Z'),
    segment('new-0', '2026-11-23T04:14:46.728Z'),
    segment('new-1', '2026-11-23T04:14:46.728Z'),
  ];
  expect(newestSegments(published).map(({ id }) => id)).toEqual(['new-0', 'new-1']);
  expect(newestSegments([])).toEqual([]);
});

test('names cannot leave their quotes', () => {
  expect(sumsQuery('a"b', HOUR, ['x" FROM y --'])).toBe(
    'SELECT COUNT(*) AS "n", CAST(SUM(CAST("x"" FROM y --" AS BIGINT)) AS VARCHAR) AS "s0" FROM "druid"."a""b" ' +
      'WHERE "__time" >= MILLIS_TO_TIMESTAMP(1795341600000) AND "__time" < MILLIS_TO_TIMESTAMP(1795345200000)',
  );
});
