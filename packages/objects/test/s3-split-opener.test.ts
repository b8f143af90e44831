import { type ObjectOpener, type ObjectSplit, Secret, type SplitOpenerModule } from '@hourmill/core';
import { s3Source } from '@hourmill/objects';
import type { S3Connection } from '@hourmill/pipeline';
import { describe, expect, test } from 'vitest';
import { openSplits, type S3SplitTuning } from '../src/s3/s3-split-opener.ts';
import { fromWorkerOptions } from '../src/s3/s3-worker-options.ts';
import { impatientClock } from './impatient-clock.ts';
import { readSplit } from './read-split.ts';
import {
  type Answer,
  connectionTo,
  hangUp,
  refuse,
  type ScriptedServer,
  scriptedServer,
  serveRanges,
  succeed,
} from './scripted-server.ts';

const OBJECT = new Uint8Array(1000).map((_, i) => (i * 7) % 251);
const SPLIT: ObjectSplit = {
  type: 'object',
  ordinal: 0,
  id: 's3://b/k',
  bytes: 1000,
  etag: '"e"',
  compression: 'none',
};
const NEVER = new AbortController().signal;

function sourceAt(connection: S3Connection) {
  return s3Source({ bucket: 'b', prefix: 'raw/', connection, window: { hoursBefore: 0, hoursAfter: 0 } });
}

/** What comes out of a port of a worker. */
function optionsFor(connection: S3Connection): unknown {
  return structuredClone(sourceAt(connection).worker?.options);
}

function openerAt(connection: S3Connection, tuning: S3SplitTuning = {}) {
  return openSplits(optionsFor(connection), { clock: impatientClock(), pieceBytes: 100, pieces: 4, ...tuning });
}

const rangesOf = ({ seen }: ScriptedServer) =>
  seen.map(({ headers }) => headers.range?.replace('bytes=', '') ?? 'none');

describe('objects of S3 inside workers', () => {
  test('are read in steps of any size, wherever reading begins, by requests for the planned object only', async () => {
    for (const step of [1000, 333, 100, 37]) {
      const server = await scriptedServer(serveRanges(OBJECT));
      await using opener = openerAt(server.connection);
      const reader = await opener.open(SPLIT, NEVER);
      expect((await readSplit(reader, 0, 1000, step)).equals(OBJECT)).toBe(true);
      expect(reader.read(new Uint8Array(1), 0, 1, 1000)).toBe(0);
      await reader.close();
      expect(rangesOf(server)).toHaveLength(10);
      expect(server.seen.every(({ headers }) => headers['if-match'] === '"e"')).toBe(true);

      const second = await opener.open(SPLIT, NEVER);
      expect((await readSplit(second, 449, 1000, step)).equals(OBJECT.subarray(449))).toBe(true);
      await second.close();
      expect(rangesOf(server).slice(10).sort()).toEqual([
        '449-548',
        '549-648',
        '649-748',
        '749-848',
        '849-948',
        '949-999',
      ]);
    }
  });

  test('are asked for by several requests at once, and by no more than are wanted ahead', async () => {
    const waiting: (() => void)[] = [];
    const held: Answer = (request, response) => {
      waiting.push(() => serveRanges(OBJECT)(request, response));
    };
    const server = await scriptedServer(held);
    await using opener = openerAt(server.connection);
    const reader = await opener.open(SPLIT, NEVER);
    const memory = new Uint8Array(1000);
    const ready = reader.read(memory, 0, 1000, 0);
    await expect.poll(() => waiting.length).toBe(4);
    for (const answer of waiting.splice(0)) answer();
    await ready;
    expect(reader.read(memory, 0, 99, 0)).toBe(99);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(waiting).toHaveLength(0);
    expect(reader.read(memory, 99, 1000, 99)).toBe(1);
    await expect.poll(() => waiting.length).toBe(1);
    expect(rangesOf(server).at(-1)).toBe('400-499');
    await reader.close();
  });

  test('are hardly fetched behind the expected end, but may be read there', async () => {
    const large = new Uint8Array(500_000).map((_, i) => (i * 7) % 251);
    const split = { ...SPLIT, bytes: large.length };
    const server = await scriptedServer(serveRanges(large));
    await using opener = openerAt(server.connection, { pieceBytes: 100_000 });
    const reader = await opener.open(split, NEVER, 120_000);
    expect((await readSplit(reader, 0, 121_000, 30_000)).length).toBe(121_000);
    expect(rangesOf(server).sort()).toEqual(['0-99999', '100000-185535']);
    expect((await readSplit(reader, 121_000, 500_000, 30_000)).equals(large.subarray(121_000))).toBe(true);
    expect(rangesOf(server).slice(2)).toEqual(['185536-251071', '251072-351071', '351072-451071', '451072-499999']);
    await reader.close();
  });

  test('can be read again from before', async () => {
    const server = await scriptedServer(serveRanges(OBJECT));
    await using opener = openerAt(server.connection);
    const reader = await opener.open(SPLIT, NEVER);
    expect((await readSplit(reader, 700, 1000, 90)).equals(OBJECT.subarray(700))).toBe(true);
    expect((await readSplit(reader, 10, 1000, 90)).equals(OBJECT.subarray(10))).toBe(true);
    await reader.close();
  });

  test('go on where an answer broke off, and after refusals in passing', async () => {
    const server = await scriptedServer(
      serveRanges(OBJECT, 30),
      refuse(503, 'SlowDown'),
      hangUp,
      serveRanges(OBJECT, 10),
      serveRanges(OBJECT),
    );
    await using opener = openerAt(server.connection);
    const reader = await opener.open(SPLIT, NEVER);
    expect((await readSplit(reader, 0, 1000, 70)).equals(OBJECT)).toBe(true);
    await reader.close();
    expect(rangesOf(server)).toHaveLength(14);
  });

  test.each([
    ['was replaced, on a server that knows If-Match', refuse(412, 'PreconditionFailed'), 'HM_INPUT_002'],
    ['was replaced, on one that does not', serveRanges(OBJECT, undefined, '"f"'), 'HM_INPUT_002'],
    ['vanished', refuse(404, 'NoSuchKey'), 'HM_INPUT_002'],
    ['may not be read', refuse(403, 'AccessDenied'), 'HM_INPUT_004'],
    ['gets no answer', refuse(500, 'InternalError'), 'HM_INPUT_005'],
  ])('one that %s fails with its code', async (_, answer, code) => {
    const server = await scriptedServer(serveRanges(OBJECT), answer);
    await using opener = openerAt(server.connection);
    const reader = await opener.open(SPLIT, NEVER);
    await expect(readSplit(reader, 0, 1000, 50)).rejects.toMatchObject({ code });
    await reader.close();
  });

  test('planned as empty are still compared', async () => {
    const { connection } = await scriptedServer(succeed);
    await using opener = openerAt(connection);
    const reader = await opener.open({ ...SPLIT, bytes: 0 }, NEVER);
    expect(reader.read(new Uint8Array(1), 0, 1, 0)).toBe(0);
    await expect(opener.open({ ...SPLIT, bytes: 0, etag: '"f"' }, NEVER)).rejects.toMatchObject({
      code: 'HM_INPUT_002',
    });
  });

  test('whose reader is closed or called off make no more requests, and nobody waits for ever', async () => {
    const server = await scriptedServer(() => {});
    await using opener = openerAt(server.connection);
    const stop = new AbortController();
    const [first, second] = [await opener.open(SPLIT, NEVER), await opener.open(SPLIT, stop.signal)];
    const waits = [first.read(new Uint8Array(1), 0, 1, 0), second.read(new Uint8Array(1), 0, 1, 0)];
    await expect.poll(() => server.seen.length).toBe(8);
    await first.close();
    stop.abort(new Error('called off'));
    await expect(waits[0]).rejects.toThrow();
    await expect(waits[1]).rejects.toThrow('called off');
    expect(() => second.read(new Uint8Array(1), 0, 1, 0)).toThrow('called off');
    expect(server.seen).toHaveLength(8);
  });
});

describe('what a worker gets of an S3 source', () => {
  test('is a module that opens its splits', async () => {
    const { connection } = await scriptedServer(serveRanges(OBJECT));
    const worker = sourceAt(connection).worker;
    const module: SplitOpenerModule<ObjectOpener> = await import(worker?.module ?? '');
    await using opener = module.openSplits(structuredClone(worker?.options));
    const reader = await opener.open(SPLIT, NEVER);
    expect((await readSplit(reader, 0, 1000, 400)).equals(OBJECT)).toBe(true);
    await reader.close();
  });

  test('holds the secret, which is one again inside the worker', () => {
    const inside = fromWorkerOptions(optionsFor(connectionTo(1)));
    expect(inside).toMatchObject({ bucket: 'b', prefix: 'raw/', connection: { accessKeyId: 'key', pathStyle: true } });
    expect(inside.connection.secretAccessKey).toBeInstanceOf(Secret);
    expect(inside.connection.secretAccessKey?.reveal()).toBe('secret');
  });
});
