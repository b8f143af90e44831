import { randomUUID } from 'node:crypto';
import { type Clock, isHourmillError, isoMillis, type ObjectStore } from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { newLedgerEntry } from '@hourmill/testkit';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { OpenPlace } from '../effects/place.ts';
import { type S3Place, S3Places } from '../effects/s3-places.ts';
import { HOUR } from '../effects/world.ts';
import type { ProxiedRequest, ProxyFault } from './s3-fault-proxy.ts';

/** A real S3 server behind a proxy that breaks what is on its way: what our store promises whatever happens there. */

let places: S3Places;
const opened: AsyncDisposable[] = [];
beforeAll(async () => {
  places = await S3Places.on(inject('s3'));
});
afterEach(async () => {
  for (const open of opened.splice(0)) await open[Symbol.asyncDispose]();
});

const bytes = new TextEncoder().encode('{"some":"bytes"}'.repeat(1000));
const PASS: ProxyFault = { kind: 'pass' };

/** Pauses between tries take no time. */
function impatientClock(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
}

const planned = (runId: string, leaseMs = 900_000) =>
  newLedgerEntry({ pipeline: 'p', hour: isoMillis(HOUR.startMs), runId, leaseMs });

interface Disturbed extends OpenPlace {
  /** Undisturbed, over the same objects. */
  readonly plain: ObjectStore;
  readonly place: S3Place;
  /** Every request so far. */
  readonly seen: readonly ProxiedRequest[];
}

/** A new store of which the n-th requests of these methods are disturbed, in turn, by the faults. */
async function disturbed(faults: readonly ProxyFault[], methods = /^/): Promise<Disturbed> {
  const place = await places.place(randomUUID(), new Map());
  const waiting = faults.values();
  const seen: ProxiedRequest[] = [];
  const decide = (request: ProxiedRequest): ProxyFault => {
    seen.push(request);
    return methods.test(request.method) ? (waiting.next().value ?? PASS) : PASS;
  };
  const behind = await place.openBehind(decide, impatientClock());
  opened.push(behind, place);
  return { ...behind, plain: place.store, place, seen };
}

const IN_PASSING: readonly (readonly [string, ProxyFault])[] = [
  ['503 SlowDown', { kind: 'answer', status: 503, code: 'SlowDown' }],
  ['500 InternalError', { kind: 'answer', status: 500, code: 'InternalError' }],
  ['409 ConditionalRequestConflict', { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' }],
  ['a connection cut before the server saw the request', { kind: 'cut-before' }],
  ['a request cut in the middle of its body', { kind: 'cut-request' }],
  ['a lost answer', { kind: 'lose-answer' }],
];

describe.each(IN_PASSING)('%s', (_, fault) => {
  test('is tried again, and a put is whole', async () => {
    const { store, plain, seen } = await disturbed([fault, fault]);
    await store.put('k', bytes);
    expect(await plain.get('k')).toEqual(bytes);
    expect(seen).toHaveLength(3);
  });

  test('is tried again by get, list, delete and now', async () => {
    const faults = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? fault : PASS));
    const { store, plain } = await disturbed(faults);
    await plain.put('a/k', bytes);
    expect(await store.get('a/k')).toEqual(bytes);
    expect((await Array.fromAsync(store.list('a/'))).map(({ key }) => key)).toEqual(['a/k']);
    expect(Math.abs((await store.now()) - (await plain.now()))).toBeLessThan(10_000);
    await store.delete('a/k');
    expect(await Array.fromAsync(plain.list('a/'))).toEqual([]);
  });

  test('that does not end is HM_STORE_001, which may be tried later, after half a minute of tries', async () => {
    const { store, plain } = await disturbed(Array.from({ length: 100 }, () => fault));
    const put = store.put('k', bytes);
    await expect(put).rejects.toMatchObject({ code: 'HM_STORE_001', retryable: true, exitCode: 75 });
    // Never a part of an object.
    for await (const { bytes: size } of plain.list('')) expect(size).toBe(bytes.length);
  });
});

describe('the answer to a create is lost', () => {
  test('the next try hears 412 of its own object, so the caller gets `exists` and finds its own bytes', async () => {
    const { store, plain, seen } = await disturbed([{ kind: 'lose-answer' }], /PUT/);
    expect(await store.create('k', bytes)).toBe('exists');
    expect(await plain.get('k')).toEqual(bytes);
    expect(seen.filter(({ method }) => method === 'PUT')).toHaveLength(2);
  });

  test("the ledger tells its own entry from another run's", async () => {
    const { store, plain } = await disturbed([{ kind: 'lose-answer' }, PASS, { kind: 'lose-answer' }], /PUT/);
    const ledger = createLedger({ store, pipeline: 'p' });
    const ours = planned('run-1');
    const first = await ledger.append(HOUR, undefined, ours);
    expect(first).toMatchObject({ sequence: 1, runId: 'run-1' });
    expect(await createLedger({ store: plain, pipeline: 'p' }).history(HOUR)).toEqual([first]);
    const theirs = planned('run-2');
    await expect(ledger.append(HOUR, undefined, theirs)).rejects.toMatchObject({ code: 'HM_LEDGER_002', exitCode: 4 });
  });

  test('of many writers whose answers are lost exactly one finds its own bytes', async () => {
    const { store, plain, place } = await disturbed([]);
    const writers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const faults = [{ kind: 'lose-answer' } as const, PASS].values();
        const behind = await place.openBehind(() => faults.next().value ?? PASS, impatientClock());
        opened.push(behind);
        return { store: behind.store, mine: new TextEncoder().encode(`writer ${index}`) };
      }),
    );
    const answers = await Promise.all(writers.map((writer) => writer.store.create('k', writer.mine)));
    expect(answers.filter((answer) => answer === 'created').length).toBeLessThanOrEqual(1);
    const winner = await plain.get('k');
    expect(writers.filter(({ mine }) => Buffer.compare(mine, winner) === 0)).toHaveLength(1);
    expect(await store.create('k', bytes)).toBe('exists');
  });
});

describe('an answer that breaks off in the middle of its body', () => {
  test('is asked for again: a reader gets whole bytes', async () => {
    const { store, plain } = await disturbed([{ kind: 'cut-answer' }, PASS, { kind: 'cut-answer' }], /GET/);
    await plain.put('k', bytes);
    expect(await store.get('k')).toEqual(bytes);
    expect(await store.getRange('k', 10, 5000)).toEqual(bytes.subarray(10, 5000));
  });

  test('is asked for again by the source, from where it stopped or from the start', async () => {
    const { source, place } = await disturbed([PASS, { kind: 'cut-answer' }, { kind: 'cut-answer' }], /GET/);
    const lines = Array.from({ length: 500 }, (_, index) => `{"line":${index}}`);
    await place.write('10/a.json', lines);
    const [split] = (await source.list(HOUR)).splits;
    if (split === undefined) throw new Error('nothing was listed');
    const read = Buffer.concat(await Array.fromAsync(source.read(split)));
    expect(read.toString()).toBe(`${lines.join('\n')}\n`);
  });

  test('in a listing leaves no object out', async () => {
    const { store, plain } = await disturbed([{ kind: 'cut-answer' }, { kind: 'cut-answer' }], /GET/);
    for (const key of ['a/1', 'a/2', 'a/3']) await plain.put(key, bytes);
    expect((await Array.fromAsync(store.list('a/'))).map(({ key }) => key)).toEqual(['a/1', 'a/2', 'a/3']);
  });
});

test('an answer that comes slowly and in pieces is waited for', async () => {
  const { store, plain, seen } = await disturbed([{ kind: 'slow', ms: 700 }], /GET/);
  await plain.put('k', bytes);
  expect(await store.get('k')).toEqual(bytes);
  expect(seen).toHaveLength(1);
});

describe.each([
  ['ahead of', 7],
  ['behind', -7],
])('a server whose clock is minutes %s ours', (_, minutes) => {
  const date: ProxyFault = { kind: 'date', aheadMs: minutes * 60_000 };

  test('is the one whose clock counts', async () => {
    const { store } = await disturbed(Array.from({ length: 100 }, () => date));
    expect(Math.abs((await store.now()) - (Date.now() + minutes * 60_000))).toBeLessThan(10_000);
    // It still takes our requests, whatever their signatures say of the time.
    await store.put('k', bytes);
    expect(await store.get('k')).toEqual(bytes);
  });

  test('judges leases: entries carry its time, not ours', async () => {
    const { store } = await disturbed(Array.from({ length: 100 }, () => date));
    const ledger = createLedger({ store, pipeline: 'p' });
    const entry = await ledger.append(HOUR, undefined, planned('run-1', 60_000));
    const leaseMs = Date.parse(entry.leaseUntil ?? '');
    expect(Math.abs(leaseMs - (Date.now() + minutes * 60_000 + 60_000))).toBeLessThan(10_000);
    expect(leaseMs - (await ledger.now())).toBeGreaterThan(50_000);
  });
});

test('errors that are no passing ones are not tried again', async () => {
  const { store, seen } = await disturbed([{ kind: 'answer', status: 403, code: 'AccessDenied' }]);
  const error = await store.get('k').catch((thrown: unknown) => thrown);
  expect(isHourmillError(error, 'HM_STORE_002')).toBe(true);
  expect(seen).toHaveLength(1);
});
