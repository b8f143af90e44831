import { chunkAt, type ObjectSplit } from '@hourmill/core';
import { s3Source } from '@hourmill/objects';
import type { S3Connection } from '@hourmill/pipeline';
import { describe, expect, test } from 'vitest';
import { impatientClock } from './impatient-clock.ts';
import { type Answer, connectionTo, hangUp, refuse, scriptedServer, serveRanges, succeed } from './scripted-server.ts';

const HOUR = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const OBJECT = new Uint8Array(250).map((_, i) => i);
const SPLIT: ObjectSplit = { type: 'object', ordinal: 0, id: 's3://b/k', bytes: 250, etag: '"e"', compression: 'none' };

const NO_WINDOW = { hoursBefore: 0, hoursAfter: 0 };

function sourceAt(connection: S3Connection, prefix = 'raw/{HH}/', window = NO_WINDOW, rangeBytes = 100) {
  return s3Source({ bucket: 'b', prefix, connection, window, rangeBytes, clock: impatientClock() });
}

function page(keys: readonly string[], next?: string): Answer {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size><ETag>"${key}"</ETag></Contents>`);
  const more =
    next === undefined ? '' : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`;
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(`<ListBucketResult>${contents.join('')}${more}</ListBucketResult>`);
  };
}

describe('listing of the S3 source', () => {
  test('reads every page of every prefix of the window, skips pseudo folders, and orders by key', async () => {
    const { connection, seen } = await scriptedServer(
      page(['raw/09/a']),
      page(['raw/10/', 'raw/10/b'], 'more'),
      page(['raw/10/a-b', 'raw/10/a/b']),
    );
    await using source = sourceAt(connection, 'raw/{HH}/', { hoursBefore: 1, hoursAfter: 0 });
    const { splits, losses } = await source.list(HOUR);
    expect(splits.map(({ id }) => id)).toEqual([
      's3://b/raw/09/a',
      's3://b/raw/10/a-b',
      's3://b/raw/10/a/b',
      's3://b/raw/10/b',
    ]);
    expect(losses).toEqual([]);
    expect(seen[2]?.url).toContain('continuation-token=more');
  });

  test('an object that two prefixes find is read once', async () => {
    const { connection } = await scriptedServer(page(['raw/1', 'raw/10']));
    await using source = sourceAt(connection, 'raw/', { hoursBefore: 1, hoursAfter: 1 });
    expect((await source.list(HOUR)).splits).toHaveLength(2);
  });

  test('nothing under the prefix of the hour is a loss, whatever its window holds', async () => {
    const { connection } = await scriptedServer(page(['raw/09/a']), page([]));
    await using source = sourceAt(connection, 'raw/{HH}/', { hoursBefore: 1, hoursAfter: 0 });
    const { splits, losses } = await source.list(HOUR);
    expect(splits).toHaveLength(1);
    expect(losses).toMatchObject([{ source: 's3://b/raw/{HH}/' }]);
  });

  test('an object without ETag cannot be watched, and is refused', async () => {
    const bare: Answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end('<ListBucketResult><Contents><Key>raw/10/a</Key><Size>1</Size></Contents></ListBucketResult>');
    };
    const { connection } = await scriptedServer(bare);
    await using source = sourceAt(connection);
    await expect(source.list(HOUR)).rejects.toMatchObject({ code: 'HM_INPUT_002' });
  });

  test.each([
    [404, 'NoSuchBucket', 'HM_INPUT_001'],
    [403, 'AccessDenied', 'HM_INPUT_004'],
    [403, 'InvalidAccessKeyId', 'HM_INPUT_004'],
    [503, 'SlowDown', 'HM_INPUT_005'],
  ])('%d %s is %s', async (status, code, expected) => {
    const { connection } = await scriptedServer(refuse(status, code));
    await using source = sourceAt(connection);
    await expect(source.list(HOUR)).rejects.toMatchObject({ code: expected });
  });

  test('a server that is down is HM_INPUT_005', async () => {
    await using source = sourceAt(connectionTo(1));
    await expect(source.list(HOUR)).rejects.toMatchObject({ code: 'HM_INPUT_005', retryable: true });
  });
});

describe('the names of the S3 source', () => {
  test('tell which hours read an object: those under whose window its prefix falls', async () => {
    await using source = sourceAt(connectionTo(1), 'raw/{yyyy}/{MM}/{dd}/{HH}/', { hoursBefore: 1, hoursAfter: 2 });
    const hours = [7, 8, 9, 10, 11, 12].filter((hour) =>
      source.inputOf(chunkAt(Date.UTC(2026, 10, 22, hour), 'hour'))('s3://b/raw/2026/11/22/10/a.json'),
    );
    expect(hours).toEqual([8, 9, 10, 11]);
    expect(source.inputOf(HOUR)('s3://other/raw/2026/11/22/10/a.json')).toBe(false);
  });
});

describe('reading of the S3 source', () => {
  test('asks for ranges of the planned object only, and gives its bytes in order', async () => {
    const { connection, seen } = await scriptedServer(serveRanges(OBJECT));
    await using source = sourceAt(connection);
    expect(Buffer.concat(await Array.fromAsync(source.read(SPLIT)))).toEqual(Buffer.from(OBJECT));
    expect(seen.map(({ headers }) => headers.range)).toEqual(['bytes=0-99', 'bytes=100-199', 'bytes=200-249']);
    expect(seen.every(({ headers }) => headers['if-match'] === '"e"')).toBe(true);
  });

  test('asks for one range ahead of the reader, and for no more', async () => {
    const { connection, seen } = await scriptedServer(serveRanges(OBJECT));
    await using source = sourceAt(connection);
    const reading = source.read(SPLIT)[Symbol.asyncIterator]();
    await reading.next();
    await expect.poll(() => seen.length).toBe(2);
    await reading.next();
    await expect.poll(() => seen.length).toBe(3);
    await reading.return?.();
  });

  test('a range that breaks off goes on from where it stopped', async () => {
    const { connection, seen } = await scriptedServer(
      serveRanges(OBJECT, 30),
      serveRanges(OBJECT, 30),
      hangUp,
      serveRanges(OBJECT),
    );
    await using source = sourceAt(connection, '', NO_WINDOW, 250);
    expect(Buffer.concat(await Array.fromAsync(source.read(SPLIT)))).toEqual(Buffer.from(OBJECT));
    const ranges = seen.map(({ headers }) => headers.range);
    expect(ranges).toEqual(['bytes=0-249', 'bytes=30-249', 'bytes=60-249', 'bytes=60-249']);
  });

  test('a server that answers with the whole object instead of the range is refused', async () => {
    const whole: Answer = (_, response) => response.writeHead(200, { 'content-length': 250 }).end(OBJECT);
    const { connection } = await scriptedServer(whole);
    await using source = sourceAt(connection);
    await expect(Array.fromAsync(source.read(SPLIT))).rejects.toMatchObject({ code: 'HM_INPUT_002' });
  });

  test('an object that changes on a server that does not know If-Match is found out by its ETag', async () => {
    const { connection } = await scriptedServer(serveRanges(OBJECT), serveRanges(OBJECT, undefined, '"f"'));
    await using source = sourceAt(connection);
    await expect(Array.fromAsync(source.read(SPLIT))).rejects.toMatchObject({ code: 'HM_INPUT_002' });
  });

  test('an object planned as empty that is no longer the same is refused, too', async () => {
    const { connection } = await scriptedServer(succeed);
    await using source = sourceAt(connection);
    const empty = { ...SPLIT, bytes: 0 };
    expect(await Array.fromAsync(source.read(empty))).toEqual([]);
    await expect(Array.fromAsync(source.read({ ...empty, etag: '"f"' }))).rejects.toMatchObject({
      code: 'HM_INPUT_002',
    });
  });

  test.each([
    [412, 'PreconditionFailed', 'HM_INPUT_002'],
    [404, 'NoSuchKey', 'HM_INPUT_002'],
    [416, 'InvalidRange', 'HM_INPUT_002'],
    [403, 'AccessDenied', 'HM_INPUT_004'],
    [500, 'InternalError', 'HM_INPUT_005'],
  ])('%d %s on the way is %s', async (status, code, expected) => {
    const { connection } = await scriptedServer(serveRanges(OBJECT), refuse(status, code));
    await using source = sourceAt(connection);
    await expect(Array.fromAsync(source.read(SPLIT))).rejects.toMatchObject({ code: expected });
  });
});
