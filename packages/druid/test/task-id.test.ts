import { expect, test } from 'vitest';
import { indexTaskId } from '../src/task-id.ts';
import { handOverOf } from './hand-over.ts';

const handOver = handOverOf({ locations: [], rows: 0, sums: {} });
const hash = handOver.manifestSha256.slice(0, 16);

test('a task id names data source, hour, manifest and attempt', () => {
  expect(indexTaskId('impressions', handOver, 2)).toBe(`hourmill-impressions-20261122T1000-${hash}-a2`);
});

test('any name of a data source gives a task id that Druid and file systems take', () => {
  expect(indexTaskId('my "x"/é. ', handOver, 1)).toBe(`hourmill-my.20.22x.22.2f.c3.a9.2e.20-20261122T1000-${hash}-a1`);
  expect(indexTaskId('é'.repeat(200), handOver, 1)).toMatch(/^[A-Za-z0-9_.-]{1,180}$/);
});

test('different data sources never share a task id', () => {
  const long = 'x'.repeat(150);
  const names = ['a b', 'a.20b', 'a_b', 'a-b', 'A b', `${long}1`, `${long}2`];
  expect(new Set(names.map((name) => indexTaskId(name, handOver, 1))).size).toBe(names.length);
});
