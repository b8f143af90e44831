import { s3ObjectStore } from '@hourmill/objects';
import type { S3Connection } from '@hourmill/pipeline';
import { describe, expect, test } from 'vitest';
import { impatientClock } from './impatient-clock.ts';
import { type Answer, connectionTo, hangUp, refuse, scriptedServer, succeed } from './scripted-server.ts';

function storeAt(connection: S3Connection) {
  return s3ObjectStore({ bucket: 'b', prefix: 'warehouse', connection, clock: impatientClock() });
}

const bytes = new TextEncoder().encode('bytes');

describe('the S3 store', () => {
  test('asks for exclusive creation in the one request that writes', async () => {
    const { connection, seen } = await scriptedServer(succeed);
    await using store = storeAt(connection);
    expect(await store.create('ledger/000001.json', bytes)).toBe('created');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'PUT', headers: { 'if-none-match': '*' }, body: Buffer.from(bytes) });
    expect(seen[0]?.url).toMatch(/^\/b\/warehouse\/ledger\/000001\.json(\?|$)/);
  });

  test('412 means that the key exists', async () => {
    const { connection, seen } = await scriptedServer(refuse(412, 'PreconditionFailed'));
    await using store = storeAt(connection);
    expect(await store.create('k', bytes)).toBe('exists');
    expect(seen).toHaveLength(1);
  });

  test('409 ConditionalRequestConflict means try again, and says nothing of who won', async () => {
    const { connection } = await scriptedServer(refuse(409, 'ConditionalRequestConflict'), succeed);
    await using store = storeAt(connection);
    expect(await store.create('k', bytes)).toBe('created');
  });

  test('409 means try again by whatever name, also where the answer has no body to name it', async () => {
    const unnamed: Answer = (_, response) => response.writeHead(409, { date: new Date(0).toUTCString() }).end();
    const { connection } = await scriptedServer(unnamed, refuse(409, 'ConcurrentModification'), succeed);
    await using store = storeAt(connection);
    await store.put('k', bytes);
    const withClock = await scriptedServer(unnamed, (_, response) =>
      response.writeHead(200, { date: new Date(0).toUTCString() }).end(),
    );
    await using other = storeAt(withClock.connection);
    expect(await other.now()).toBe(0);
  });

  test('a lost answer is asked for again, and our own object may then exist', async () => {
    const { connection, seen } = await scriptedServer(hangUp, refuse(412, 'PreconditionFailed'));
    await using store = storeAt(connection);
    expect(await store.create('k', bytes)).toBe('exists');
    expect(seen.map(({ body }) => body.toString())).toEqual(['bytes', 'bytes']);
  });

  test.each([
    ['500', refuse(500, 'InternalError')],
    ['SlowDown', refuse(503, 'SlowDown')],
    ['a closed connection', hangUp],
    ['a clock that is off', refuse(403, 'RequestTimeTooSkewed')],
  ])('%s is tried again', async (_, trouble) => {
    const { connection, seen } = await scriptedServer(trouble, trouble, succeed);
    await using store = storeAt(connection);
    await store.put('k', bytes);
    expect(seen).toHaveLength(3);
  });

  test('trouble that does not end is HM_STORE_001 after a bounded number of tries', async () => {
    const { connection, seen } = await scriptedServer(refuse(503, 'SlowDown'));
    await using store = storeAt(connection);
    await expect(store.put('k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_001', retryable: true });
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.length).toBeLessThan(50);
  });

  test('a server that is down is HM_STORE_001', async () => {
    // Port 1 is never given to a program that asks for a free one.
    await using store = storeAt(connectionTo(1));
    await expect(store.get('k')).rejects.toMatchObject({
      code: 'HM_STORE_001',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test.each([
    [403, 'SignatureDoesNotMatch'],
    [403, 'AccessDenied'],
    [404, 'NoSuchBucket'],
    [301, 'PermanentRedirect'],
    [400, 'ExpiredToken'],
    [501, 'NotImplemented'],
  ])('%d %s is HM_STORE_002 at once, in the server’s words', async (status, code) => {
    const { connection, seen } = await scriptedServer(refuse(status, code));
    await using store = storeAt(connection);
    await expect(store.create('k', bytes)).rejects.toMatchObject({
      code: 'HM_STORE_002',
      message: expect.stringMatching(new RegExp(`s3://b/warehouse.*${code}.*said so`)),
    });
    expect(seen).toHaveLength(1);
  });

  test('an answer that breaks off is read again as a whole', async () => {
    const half: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': 5 });
      response.write('by', () => response.destroy());
    };
    const whole: Answer = (_, response) => response.writeHead(200, { 'content-length': 5 }).end('bytes');
    const { connection } = await scriptedServer(half, whole);
    await using store = storeAt(connection);
    expect(Buffer.from(await store.get('k')).toString()).toBe('bytes');
  });

  test('tells the time of the server’s Date header, and refuses to guess without one', async () => {
    const date = 'Sun, 22 Nov 2026 10:00:00 GMT';
    const dated: Answer = (_, response) => response.writeHead(200, { date }).end();
    const undated: Answer = (_, response) => {
      response.sendDate = false;
      response.writeHead(200).end();
    };
    const { connection } = await scriptedServer(dated, undated, refuse(404, 'NotFound'));
    await using store = storeAt(connection);
    expect(await store.now()).toBe(Date.parse(date));
    await expect(store.now()).rejects.toMatchObject({ code: 'HM_STORE_002' });
    await expect(store.now()).rejects.toMatchObject({
      code: 'HM_STORE_002',
      message: expect.stringContaining('bucket'),
    });
  });

  test('names itself and places objects under its prefix, however that is written', async () => {
    for (const prefix of ['a/b', 'a/b/', '/a/b/']) {
      const store = s3ObjectStore({ bucket: 'b', prefix, connection: connectionTo(1) });
      expect(store.uri).toBe('s3://b/a/b');
      expect(store.locate('k')).toEqual({ type: 's3', bucket: 'b', path: 'a/b/k' });
    }
    const store = s3ObjectStore({ bucket: 'b', prefix: '', connection: connectionTo(1) });
    expect([store.uri, store.locate('k')]).toEqual(['s3://b', { type: 's3', bucket: 'b', path: 'k' }]);
  });
});

describe('an object beyond 64 MiB', () => {
  const large = new Uint8Array((64 << 20) + 1);
  const begin: Answer = xml('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
  const completed: Answer = xml('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>');

  function xml(text: string): Answer {
    return (_, response) => response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
  }

  test('is sent in parts of 16 MiB; a part that fails in passing is sent again alone', async () => {
    const { connection, seen } = await scriptedServer(begin, hangUp, ...Array<Answer>(5).fill(succeed), completed);
    await using store = storeAt(connection);
    await store.put('k', large);
    const sizes = seen.slice(1, -1).map(({ body }) => body.length);
    expect(sizes).toEqual([16 << 20, 16 << 20, 16 << 20, 16 << 20, 16 << 20, 1]);
    expect(seen.at(-1)?.method).toBe('POST');
  });

  test('counts as written when the answer to its completion was lost', async () => {
    const parts = Array<Answer>(5).fill(succeed);
    const { connection } = await scriptedServer(begin, ...parts, hangUp, refuse(404, 'NoSuchUpload'));
    await using store = storeAt(connection);
    await store.put('k', large);
  });

  test('leaves nothing when it fails: the upload is aborted', async () => {
    const { connection, seen } = await scriptedServer(begin, succeed, refuse(403, 'AccessDenied'), succeed);
    await using store = storeAt(connection);
    await expect(store.put('k', large)).rejects.toMatchObject({ code: 'HM_STORE_002' });
    expect(seen.at(-1)).toMatchObject({ method: 'DELETE', url: expect.stringContaining('uploadId=u') });
  });
});
