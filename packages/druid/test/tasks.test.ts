import { type HourmillError, isHourmillError, systemClock } from '@hourmill/core';
import type { DruidConnection } from '@hourmill/pipeline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIndexer } from '../src/create-indexer.ts';
import type { Timing } from '../src/timing.ts';
import { definitionOf, dimension, EVENTS, HOUR, handOverOf, programOf } from './hand-over.ts';
import { type Answer, type ScriptedDruid, scriptedDruid } from './scripted-druid.ts';

let druid: ScriptedDruid;
beforeEach(async () => {
  druid = await scriptedDruid();
});
afterEach(() => druid[Symbol.asyncDispose]());

const program = programOf([dimension('page')], [EVENTS]);
const handOver = handOverOf({
  locations: [{ type: 'local', path: '/p.parquet' }],
  rows: 5,
  sums: { events: '9' },
});
const calls = { signal: new AbortController().signal };
const API = '/druid/indexer/v1/task';
const id = indexer('http://127.0.0.1:1').taskId(handOver, 1);

/** Patient, but for what a test wants to see expire. */
function indexer(
  address = druid.address,
  { taskTimeoutMs = 10_000, ...hurry }: Partial<Timing & DruidConnection> = {},
) {
  const addresses = { coordinator: address, overlord: address, broker: address };
  const definition = definitionOf({ ...addresses, taskTimeoutMs });
  const timing = { firstPauseMs: 1, maxPauseMs: 5, retryMs: 10_000, appearMs: 10_000, settleMs: 10_000, ...hurry };
  return createIndexer({ definition, program, clock: systemClock, timing });
}

function status(statusCode: string, errorMsg: string | null = null): Answer {
  const runnerStatusCode = statusCode === 'RUNNING' ? 'PENDING' : 'WAITING';
  const createdTime = '2026-11-23T04:14:43.289Z';
  return { status: 200, body: { task: id, status: { id, statusCode, runnerStatusCode, createdTime, errorMsg } } };
}

function report(processed: number): Answer {
  const buildSegments = { processed, processedBytes: 1, processedWithError: 0, thrownAway: 0, unparseable: 0 };
  const payload = { ingestionState: 'COMPLETED', rowStats: { buildSegments } };
  return { status: 200, body: { ingestionStatsAndErrors: { payload } } };
}

const TAKEN: Answer = {
  status: 400,
  body: { error: 'druidException', errorCode: 'entryAlreadyExists', errorMessage: 'x' },
};
const INVALID: Answer = {
  status: 400,
  body: { error: 'druidException', errorCode: 'invalidInput', errorMessage: 'x' },
};
const UNKNOWN: Answer = { status: 404, body: `Cannot find any task with id: [${id}]` };

async function failure(action: Promise<unknown>): Promise<HourmillError> {
  const error = await action.catch((reason: unknown) => reason);
  if (!isHourmillError(error)) throw new Error('it did not fail with a coded error', { cause: error });
  return error;
}

test('a task whose first answer was lost is attached to', async () => {
  druid.on(API, 'hang up', TAKEN);
  expect(await indexer().submit(handOver, 1, calls)).toBe('attached');
  expect(druid.seen.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual([id, id]);
});

test('a task that another caller sends at the same moment is attached to, though Druid only says "invalid"', async () => {
  druid.on(API, INVALID);
  druid.on(`${API}/${id}/status`, status('RUNNING'));
  expect(await indexer().submit(handOver, 1, calls)).toBe('attached');
});

test('a task that Druid does not take is refused', async () => {
  druid.on(API, INVALID);
  druid.on(`${API}/${id}/status`, UNKNOWN);
  expect(await failure(indexer().submit(handOver, 1, calls))).toMatchObject({ code: 'HM_DRUID_002' });
});

test('waiting outlives lost answers, restarts and a report that is late', async () => {
  druid.on(`${API}/${id}/status`, status('RUNNING'), 'hang up', { status: 503 }, UNKNOWN, status('SUCCESS'));
  druid.on(`${API}/${id}/reports`, UNKNOWN, { status: 200, body: {} }, report(5));
  const details: string[] = [];
  const onProgress = ({ detail }: { detail: string }) => void details.push(detail);
  const outcome = await indexer().wait(handOver, 1, { ...calls, onProgress });
  expect(outcome).toEqual({ state: 'succeeded', processed: 5 });
  expect(details).toEqual([`task ${id} is PENDING`]);
});

test('a task that does not end is left running and said to be late', async () => {
  druid.on(`${API}/${id}/status`, status('RUNNING'));
  expect(await failure(indexer(druid.address, { taskTimeoutMs: 30 }).wait(handOver, 1, calls))).toMatchObject({
    code: 'HM_DRUID_004',
  });
  expect(new Set(druid.seen.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('Druid that goes away during a task is waited for until the deadline', async () => {
  druid.on(`${API}/${id}/status`, 'hang up');
  const error = await failure(indexer(druid.address, { taskTimeoutMs: 30, retryMs: 10 }).wait(handOver, 1, calls));
  expect(error).toMatchObject({ code: 'HM_DRUID_004', cause: { code: 'HM_DRUID_001' } });
});

test("a failed task is an outcome with Druid's own words", async () => {
  druid.on(`${API}/${id}/status`, status('FAILED', 'java.io.IOException: s3://b/p'));
  const outcome = await indexer().wait(handOver, 1, calls);
  expect(outcome).toEqual({ state: 'failed', message: 'java.io.IOException: s3://b/p' });
});

test('a task that Druid does not know is not waited for until the deadline', async () => {
  druid.on(`${API}/${id}/status`, UNKNOWN);
  expect(await failure(indexer(druid.address, { appearMs: 30 }).wait(handOver, 1, calls))).toMatchObject({
    code: 'HM_DRUID_002',
  });
});

test('a SUCCESS that read no row is no success', async () => {
  druid.on(`${API}/${id}/status`, status('SUCCESS'));
  druid.on(`${API}/${id}/reports`, report(0));
  expect(await failure(indexer().wait(handOver, 1, calls))).toMatchObject({ code: 'HM_DRUID_005' });
});

test('a SUCCESS without a report is no success', async () => {
  druid.on(`${API}/${id}/status`, status('SUCCESS'));
  druid.on(`${API}/${id}/reports`, UNKNOWN);
  expect(await failure(indexer(druid.address, { appearMs: 30 }).wait(handOver, 1, calls))).toMatchObject({
    code: 'HM_DRUID_005',
  });
});

test('an hour of which a part is not loaded is not judged by the rest', async () => {
  const coordinator = '/druid/coordinator/v1';
  const interval = '2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z';
  const segments = [{ identifier: 's', version: '2026-11-23T04:14:43.351Z', interval }];
  druid.on(`${coordinator}/metadata/datasources/impressions/segments`, { status: 200, body: segments });
  druid.on(`${coordinator}/datasources/impressions/loadstatus`, { status: 200, body: { impressions: 50.0 } });
  expect(await failure(indexer(druid.address, { settleMs: 30 }).served(HOUR, calls.signal))).toMatchObject({
    code: 'HM_DRUID_001',
    exitCode: 75,
  });
});

test('a service without a leader is down', async () => {
  druid.on('/druid/indexer/v1/leader', { status: 200, body: '' });
  druid.on('/druid/coordinator/v1/leader', { status: 200, body: druid.address });
  druid.on('/druid/v2/sql', { status: 200, body: [{ EXPR$0: 1 }] });
  expect(await failure(indexer().ping(calls.signal))).toMatchObject({ code: 'HM_DRUID_001' });
  druid.on('/druid/indexer/v1/leader', { status: 200, body: druid.address });
  await indexer().ping(calls.signal);
});
