import { type HourmillError, isHourmillError, Secret, systemClock } from '@hourmill/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpClient } from '../src/http-client.ts';
import { DEFAULT_TIMING, type Timing } from '../src/timing.ts';
import { definitionOf } from './hand-over.ts';
import { type ScriptedDruid, scriptedDruid } from './scripted-druid.ts';

let server: ScriptedDruid;
beforeEach(async () => {
  server = await scriptedDruid();
});
afterEach(() => server[Symbol.asyncDispose]());

const signal = new AbortController().signal;
const STATUS = { service: 'Coordinator', method: 'GET', path: '/status' } as const;

function client(timing: Partial<Timing> = {}, coordinator = server.address, login = {}) {
  const target = definitionOf({ coordinator, ...login }).druid;
  if (target === undefined) throw new Error('no druid');
  const fast = { ...DEFAULT_TIMING, firstPauseMs: 1, maxPauseMs: 5, ...timing };
  return createHttpClient({ target, timing: fast, clock: systemClock, fetch });
}

async function failure(action: Promise<unknown>): Promise<HourmillError> {
  const error = await action.catch((reason: unknown) => reason);
  if (!isHourmillError(error)) throw new Error('it did not fail with a coded error', { cause: error });
  return error;
}

test('JSON goes both ways', async () => {
  server.on('/status', { status: 200, body: { version: '33.0.0' } });
  const request = { service: 'Coordinator', method: 'POST', path: '/status', body: { a: 1 } } as const;
  expect(await client({}, `${server.address}/`).once(request, signal)).toEqual({ version: '33.0.0' });
  expect(server.seen[0]).toMatchObject({ method: 'POST', path: '/status', body: '{"a":1}' });
  expect(server.seen[0]?.headers.authorization).toBeUndefined();
});

test('a server that is not there is HM_DRUID_001 and says why', async () => {
  await server[Symbol.asyncDispose]();
  const error = await failure(client().once(STATUS, signal));
  expect(error).toMatchObject({ code: 'HM_DRUID_001', retryable: true });
  expect(error.message).toContain('ECONNREFUSED');
  server = await scriptedDruid();
});

test('a server that never answers is HM_DRUID_001 after the time for one request', async () => {
  server.on('/status', 'stay silent');
  const error = await failure(client({ requestMs: 50 }).once(STATUS, signal));
  expect(error).toMatchObject({ code: 'HM_DRUID_001', retryable: true });
});

test('an answer that gets lost is asked for again', async () => {
  const full = { error: 'Too many tasks are in the queue' };
  server.on('/status', 'hang up', { status: 503 }, { status: 429, body: full }, { status: 200, body: { a: 1 } });
  expect(await client().repeatable(STATUS, signal)).toEqual({ a: 1 });
  expect(server.seen).toHaveLength(4);
});

test('a server that stays away ends the repeating', async () => {
  server.on('/status', { status: 503, body: 'starting' });
  const error = await failure(client({ retryMs: 30 }).repeatable(STATUS, signal));
  expect(error).toMatchObject({ code: 'HM_DRUID_001', context: { status: 503 } });
});

test("Druid's refusal is HM_DRUID_002 with its own words and is not repeated", async () => {
  const errorMessage = "Object 'nope' not found (line [1], column [27])";
  server.on('/status', { status: 400, body: { error: 'druidException', errorCode: 'invalidInput', errorMessage } });
  const error = await failure(client().repeatable(STATUS, signal));
  expect(error).toMatchObject({ code: 'HM_DRUID_002', context: { status: 400, errorCode: 'invalidInput' } });
  expect(error.message).toContain(errorMessage);
  expect(server.seen).toHaveLength(1);
});

test('the older shape of an error is read as well', async () => {
  server.on('/status', { status: 400, body: { error: "Could not resolve type id 'nope'" } });
  expect((await failure(client().once(STATUS, signal))).message).toContain("Could not resolve type id 'nope'");
});

test('an HTML page of a 500 is cut to its title', async () => {
  const title = 'Error 500 javax.servlet.ServletException: Unexpected end-of-input\n at [Source: x]';
  const page = `<html>\n<head>\n<title>${title}</title>\n</head><body><pre>${'at java '.repeat(999)}</pre></body></html>`;
  server.on('/status', { status: 500, body: page });
  const { message, code } = await failure(client().once(STATUS, signal));
  expect(code).toBe('HM_DRUID_002');
  expect(message).toContain('ServletException: Unexpected end-of-input at [Source: x]');
  expect(message.length).toBeLessThan(300);
});

test('an answer that is no JSON is refused', async () => {
  server.on('/status', { status: 200, body: '<html>a login page</html>' });
  expect(await failure(client().once(STATUS, signal))).toMatchObject({ code: 'HM_DRUID_002', retryable: false });
});

test('a redirect to the leader is followed with body and credentials', async () => {
  await using leader = await scriptedDruid();
  server.on('/task', { status: 307, headers: { location: `${leader.address}/task` } });
  leader.on('/task', { status: 200, body: { task: 't' } });
  const login = { username: 'jo', password: new Secret('pass:wörd') };
  const request = { service: 'Coordinator', method: 'POST', path: '/task', body: { id: 't' } } as const;
  expect(await client({}, server.address, login).once(request, signal)).toEqual({ task: 't' });
  const authorization = `Basic ${Buffer.from('jo:pass:wörd').toString('base64')}`;
  expect(leader.seen).toMatchObject([{ method: 'POST', body: '{"id":"t"}', headers: { authorization } }]);
});

test('redirects in a circle end', async () => {
  server.on('/status', { status: 307, headers: { location: '/status' } });
  expect(await failure(client().once(STATUS, signal))).toMatchObject({
    code: 'HM_DRUID_002',
    context: { status: 307 },
  });
});

test('wrong credentials are named, not shown', async () => {
  server.on('/status', { status: 401, body: 'Unauthorized' });
  const login = { username: 'jo', password: new Secret('hush') };
  const error = await failure(client({}, server.address, login).once(STATUS, signal));
  expect(error.message).toContain('check druid.username and druid.password');
  expect(JSON.stringify([error.message, error.context])).not.toContain('hush');
});

test('an abort ends a request at once, with its own reason', async () => {
  server.on('/status', 'stay silent');
  const stop = new AbortController();
  const call = client().repeatable(STATUS, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(call).rejects.toThrow('stopped');
});
