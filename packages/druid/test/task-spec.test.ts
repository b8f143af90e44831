import type { ObjectLocation } from '@hourmill/core';
import { expect, test } from 'vitest';
import { clearSpec } from '../src/clear-spec.ts';
import { taskSpec } from '../src/task-spec.ts';
import { definitionOf, dimension, EVENTS, HOUR, handOverOf, programOf } from './hand-over.ts';

const LOCAL: ObjectLocation = { type: 'local', path: '/warehouse/part-00000.parquet' };
const S3: ObjectLocation = { type: 's3', bucket: 'b', path: 'x/part-00000.parquet' };

function specOf(locations: readonly ObjectLocation[], program = programOf([dimension('page')], [EVENTS])) {
  return taskSpec(definitionOf(), program, handOverOf({ locations, rows: 1, sums: {} }), 'task-1');
}

test('the task replaces exactly its hour by the columns of the parts', () => {
  const program = programOf(
    [
      dimension('page'),
      dimension('status', { type: 'long' }),
      dimension('price', { type: 'double' }),
      dimension('tags', { multiValue: 'SORTED_SET' }),
    ],
    [
      EVENTS,
      { name: 'revenue', type: 'doubleSum', path: ['win_price'] },
      { name: 'worst', type: 'longMax', path: ['l'] },
    ],
  );
  expect(specOf([LOCAL], program)).toEqual({
    type: 'index_parallel',
    id: 'task-1',
    context: { forceTimeChunkLock: true },
    spec: {
      dataSchema: {
        dataSource: 'impressions',
        timestampSpec: { column: '__time', format: 'millis' },
        dimensionsSpec: {
          dimensions: [
            { type: 'string', name: 'page' },
            { type: 'long', name: 'status' },
            { type: 'double', name: 'price' },
            { type: 'string', name: 'tags', multiValueHandling: 'ARRAY' },
          ],
        },
        metricsSpec: [
          { type: 'longSum', name: 'events', fieldName: 'events' },
          { type: 'doubleSum', name: 'revenue', fieldName: 'revenue' },
          { type: 'longMax', name: 'worst', fieldName: 'worst' },
        ],
        granularitySpec: {
          type: 'uniform',
          segmentGranularity: 'HOUR',
          queryGranularity: 'MINUTE',
          rollup: true,
          intervals: ['2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z'],
        },
      },
      ioConfig: {
        type: 'index_parallel',
        inputSource: { type: 'local', files: ['/warehouse/part-00000.parquet'] },
        inputFormat: { type: 'parquet', binaryAsString: false },
        appendToExisting: false,
        dropExisting: false,
      },
      tuningConfig: {
        type: 'index_parallel',
        maxNumConcurrentSubTasks: 1,
        partitionsSpec: { type: 'dynamic' },
        maxParseExceptions: 0,
      },
    },
  });
});

test('parts in S3 are named one by one, in order', () => {
  const second: ObjectLocation = { type: 's3', bucket: 'b', path: 'x/part-00001.parquet' };
  expect(specOf([S3, second]).spec.ioConfig).toMatchObject({
    inputSource: {
      type: 's3',
      objects: [
        { bucket: 'b', path: 'x/part-00000.parquet' },
        { bucket: 'b', path: 'x/part-00001.parquet' },
      ],
    },
  });
});

test('a task that could empty the hour is never made', () => {
  expect(() => specOf([])).toThrow('a task without parts');
});

test('parts of two stores are a bug', () => {
  expect(() => specOf([LOCAL, S3])).toThrow('one store');
});

test('without dimensions Druid is kept from looking for some', () => {
  expect(specOf([LOCAL], programOf([], [EVENTS])).spec.dataSchema).toMatchObject({
    dimensionsSpec: { dimensions: [], dimensionExclusions: ['__time', 'events'] },
  });
});

test('only the task that empties an hour drops what exists, and it reads no part', () => {
  expect(clearSpec('impressions', HOUR, 'task-1').spec).toMatchObject({
    dataSchema: { granularitySpec: { intervals: ['2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z'] } },
    ioConfig: { inputSource: { type: 'inline', data: '__time' }, dropExisting: true },
  });
});
