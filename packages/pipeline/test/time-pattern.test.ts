import { chunkAt, parseChunkStart, type SegmentGranularity } from '@hourmill/core';
import { expect, test } from 'vitest';
import { expandTimePattern } from '../src/index.ts';

const NONE = { hoursBefore: 0, hoursAfter: 0 };

function chunk(start: string, granularity: SegmentGranularity = 'hour') {
  return chunkAt(parseChunkStart(start, granularity), granularity);
}

test('a pattern without placeholders is itself', () => {
  expect(expandTimePattern('data/*.json', chunk('2026-11-22T10'), NONE)).toEqual(['data/*.json']);
});

test('an hour has one folder, and the window adds the ones around it in the order of time', () => {
  const pattern = 'raw/{yyyy}/{MM}/{dd}/{HH}/';
  expect(expandTimePattern(pattern, chunk('2026-11-22T10'), NONE)).toEqual(['raw/2026/11/22/10/']);
  expect(expandTimePattern(pattern, chunk('2027-01-01T00'), { hoursBefore: 1, hoursAfter: 2 })).toEqual([
    'raw/2026/12/31/23/',
    'raw/2027/01/01/00/',
    'raw/2027/01/01/01/',
    'raw/2027/01/01/02/',
  ]);
});

test('folders of a day come once, however many hours fall into them', () => {
  expect(expandTimePattern('{yyyy}-{MM}-{dd}', chunk('2026-11-22T23'), { hoursBefore: 5, hoursAfter: 1 })).toEqual([
    '2026-11-22',
    '2026-11-23',
  ]);
});

test('a day has 24 hours, and a chunk of minutes lies in the folder of its hour', () => {
  expect(expandTimePattern('{HH}', chunk('2026-11-22', 'day'), NONE)).toHaveLength(24);
  expect(expandTimePattern('{HH}', chunk('2026-11-22T10:55', 'five_minute'), NONE)).toEqual(['10']);
  expect(
    expandTimePattern('{HH}', chunk('2026-11-22T10:55', 'five_minute'), { hoursBefore: 0, hoursAfter: 1 }),
  ).toEqual(['10', '11']);
});

test('minutes are every minute of the chunk', () => {
  expect(expandTimePattern('{HH}{mm}', chunk('2026-11-22T10:55', 'five_minute'), NONE)).toEqual([
    '1055',
    '1056',
    '1057',
    '1058',
    '1059',
  ]);
});

test('a placeholder may stand more than once', () => {
  expect(expandTimePattern('{HH}/x-{HH}.json', chunk('2026-11-22T10'), NONE)).toEqual(['10/x-10.json']);
});

test('braces in the folder of the definition stay', () => {
  expect(expandTimePattern('/home/{me}/{HH}', chunk('2026-11-22T10'), NONE)).toEqual(['/home/{me}/10']);
});
