import { isHourmillError, systemClock } from '@hourmill/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIndexer } from '../src/create-indexer.ts';
import { definitionOf, dimension, EVENTS, HOUR, handOverOf, programOf } from './hand-over.ts';
import { type Answer, type ScriptedDruid, scriptedDruid } from './scripted-druid.ts';

let druid: ScriptedDruid;
beforeEach(async () => {
  druid = await scriptedDruid();
  druid.on(LOADED, ok({ impressions: 100 }));
  druid.on(
    `/druid/indexer/v1/task/${taskId()}/status`,
    ok({ status: { statusCode: 'SUCCESS', createdTime: '2026-11-23T04:00:00.000Z' } }),
  );
});
afterEach(() => druid[Symbol.asyncDispose]());

const PUBLISHED = '/druid/coordinator/v1/metadata/datasources/impressions/segments';
const LOADED = '/druid/coordinator/v1/datasources/impressions/loadstatus';
const SERVED = '/druid/v2';
const SQL = '/druid/v2/sql';
const HOUR_LONG = '2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z';
const OLD = '2026-11-23T03:00:00.000Z';
const NEW = '2026-11-23T04:00:00.100Z';

const handOver = handOverOf({ locations: [{ type: 'local', path: '/p.parquet' }], rows: 1, sums: { events: '9' } });
const { signal } = new AbortController();

function indexer({ settleMs = 10_000, loadTimeoutMs = 10_000 } = {}, address = druid.address) {
  const definition = definitionOf({ coordinator: address, overlord: address, broker: address, loadTimeoutMs });
  const timing = { firstPauseMs: 1, maxPauseMs: 5, settleMs };
  return createIndexer({ definition, program: programOf([dimension('page')], [EVENTS]), clock: systemClock, timing });
}

function taskId(): string {
  return indexer({}, 'http://127.0.0.1:1').taskId(handOver, 1);
}

function ok(body: object): Answer {
  return { status: 200, body };
}

function segment(version: string, interval = HOUR_LONG, type = 'numbered') {
  return { identifier: `${interval}_${version}`, version, interval, shardSpec: { type } };
}

function served(...segments: { identifier: string }[]): Answer {
  return ok(segments.map(({ identifier }) => ({ id: identifier, columns: { __time: {}, events: {} } })));
}

const COLUMNS = ok([{ COLUMN_NAME: '__time' }, { COLUMN_NAME: 'events' }]);
const NINE = ok([{ n: 1, s0: '9' }]);

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    (value) => value,
    (reason: unknown) => reason,
  );
  if (!isHourmillError(error)) throw new Error('it did not fail with a coded error', { cause: error });
  return error.code;
}

test('an hour is empty when neither metadata store nor Broker has rows of it', async () => {
  druid.on(PUBLISHED, ok([]));
  druid.on(SERVED, served());
  expect(await indexer().served(HOUR, signal)).toBe(0n);
  druid.on(PUBLISHED, ok([segment(OLD), segment(NEW, HOUR_LONG, 'tombstone')]));
  expect(await indexer().served(HOUR, signal)).toBe(0n);
});

test('an hour of segments that the Broker or its SQL does not know yet is not judged as empty', async () => {
  druid.on(PUBLISHED, ok([segment(OLD)]));
  druid.on(SERVED, served(), served(segment(OLD)));
  druid.on(SQL, ok([]), ok([{ COLUMN_NAME: '__time' }]), COLUMNS, COLUMNS, NINE);
  expect(await indexer().served(HOUR, signal)).toBe(9n);
});

test.each([
  ['the Broker', served(), COLUMNS],
  ["the Broker's SQL, nor its table", served(segment(OLD)), ok([])],
  ["the Broker's SQL, nor its count metric", served(segment(OLD)), ok([{ COLUMN_NAME: '__time' }])],
])('an hour of segments that stay unknown to %s ends the run for a later one', async (_, segments, columns) => {
  druid.on(PUBLISHED, ok([segment(OLD)]));
  druid.on(SERVED, segments);
  druid.on(SQL, columns);
  expect(await codeOf(indexer({ settleMs: 30 }).served(HOUR, signal))).toBe('HM_DRUID_001');
});

test('older rows that a part of a newer segment leaves visible are waited for, too', async () => {
  const part = segment(NEW, '2026-11-22T10:30:00.000Z/2026-11-22T11:00:00.000Z');
  druid.on(PUBLISHED, ok([segment(OLD), part]));
  druid.on(SERVED, served(part));
  expect(await codeOf(indexer({ settleMs: 30 }).served(HOUR, signal))).toBe('HM_DRUID_001');
});

test('segments without the count metric, of another tool, count each row', async () => {
  druid.on(PUBLISHED, ok([segment(OLD)]));
  druid.on(SERVED, ok([{ id: segment(OLD).identifier, columns: { __time: {}, page: {} } }]));
  druid.on(SQL, ok([{ COLUMN_NAME: '__time' }]), ok([{ COLUMN_NAME: '__time' }]), ok([{ n: 4 }]));
  expect(await indexer().served(HOUR, signal)).toBe(4n);
});

const PART = segment(NEW, '2026-11-22T10:30:00.000Z/2026-11-22T11:00:00.000Z');
test.each([
  ['removed', []],
  ['older than the task', [segment(OLD)]],
  ['emptied by another task', [segment(NEW, HOUR_LONG, 'tombstone')]],
  ['partly of another task', [segment('2026-11-23T04:00:00.050Z'), PART]],
])('an hour whose published segments are %s is to be built anew, long before the deadline', async (_, segments) => {
  druid.on(PUBLISHED, ok(segments));
  druid.on(LOADED, { status: 200, body: 'No used segment found for the given datasource and interval' });
  const patient = indexer({ settleMs: 15, loadTimeoutMs: 600_000 });
  expect(await codeOf(patient.verify(handOver, 1, { signal }))).toBe('HM_DRUID_008');
});

test('replaced segments are told apart at the deadline, too', async () => {
  druid.on(PUBLISHED, ok([segment(OLD)]));
  expect(await codeOf(indexer({ loadTimeoutMs: 30 }).verify(handOver, 1, { signal }))).toBe('HM_DRUID_008');
});

test('segments that the Coordinator only shows late are no replaced ones', async () => {
  druid.on(PUBLISHED, ok([]), ok([segment(OLD)]), ok([segment(NEW)]));
  druid.on(SERVED, served(segment(NEW)));
  druid.on(SQL, COLUMNS, COLUMNS, NINE);
  expect(await indexer().verify(handOver, 1, { signal })).toMatchObject({ segments: 1, sums: { events: '9' } });
});

test('segments that are published but not served can be looked at again', async () => {
  druid.on(PUBLISHED, ok([segment(OLD)]), ok([segment(NEW)]));
  druid.on(SERVED, served(segment(OLD)));
  const hasty = indexer({ settleMs: 1, loadTimeoutMs: 30 });
  expect(await codeOf(hasty.verify(handOver, 1, { signal }))).toBe('HM_DRUID_006');
});
