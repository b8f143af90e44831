import { randomUUID } from 'node:crypto';
import { chunkAt, Secret } from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { createBucket, s3ObjectStore, s3Source } from '@hourmill/objects';
import type { S3Connection } from '@hourmill/pipeline';
import { ledgerConformance, objectStoreConformance, sourceConformance } from '@hourmill/testkit';
import { beforeAll, describe, expect, inject, test } from 'vitest';

const { endpoint, region, accessKey, secretKey } = inject('s3');
const connection: S3Connection = {
  endpoint,
  region,
  pathStyle: true,
  accessKeyId: accessKey,
  secretAccessKey: new Secret(secretKey),
};
const bucket = `objects-${randomUUID()}`;
beforeAll(() => createBucket(bucket, connection));

const NO_WINDOW = { hoursBefore: 0, hoursAfter: 0 };
const HOUR = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const bytes = new TextEncoder().encode('bytes');

objectStoreConformance('the S3 store', async () => {
  const prefix = `store/${randomUUID()}`;
  const opened = new AsyncDisposableStack();
  const reopen = () => opened.use(s3ObjectStore({ bucket, prefix, connection }));
  return { store: reopen(), reopen, dispose: () => opened.disposeAsync() };
});

ledgerConformance('the ledger on S3', async () => {
  const prefix = `ledger/${randomUUID()}`;
  const opened = new AsyncDisposableStack();
  const openStore = () => opened.use(s3ObjectStore({ bucket, prefix, connection }));
  return {
    open: (pipeline) => createLedger({ store: openStore(), pipeline }),
    dispose: () => opened.disposeAsync(),
  };
});

sourceConformance('the S3 source', async () => {
  const prefix = `source/${randomUUID()}/`;
  const opened = new AsyncDisposableStack();
  const objects = opened.use(s3ObjectStore({ bucket, prefix, connection }));
  return {
    source: opened.use(s3Source({ bucket, prefix, connection, window: NO_WINDOW })),
    write: (path, content) => objects.put(path, content),
    remove: (path) => objects.delete(path),
    dispose: () => opened.disposeAsync(),
  };
});

describe('on a real S3 server', () => {
  test('an object beyond 64 MiB is written in parts and comes back as it was', async () => {
    await using store = s3ObjectStore({ bucket, prefix: randomUUID(), connection });
    const large = Buffer.alloc((64 << 20) + 12_345, 'some bytes of no interest');
    await store.put('large', large);
    expect(Buffer.compare(await store.get('large'), large)).toBe(0);
    await store.put('large', bytes);
    expect(await store.get('large')).toHaveLength(bytes.length);
  });

  test('a listing of more than one page is whole and in order', async () => {
    await using store = s3ObjectStore({ bucket, prefix: randomUUID(), connection });
    const keys = Array.from({ length: 1_005 }, (_, i) => `k${String(i).padStart(4, '0')}`);
    for (let i = 0; i < keys.length; i += 45) {
      await Promise.all(keys.slice(i, i + 45).map((key) => store.put(key, bytes)));
    }
    expect((await Array.fromAsync(store.list(''))).map(({ key }) => key)).toEqual(keys);
  });

  test('the prefix of the hour and its window is read, in the order of keys', async () => {
    await using store = s3ObjectStore({ bucket, prefix: 'raw', connection });
    for (const hour of ['09', '10', '11', '12']) await store.put(`2026/11/22/${hour}/a.json`, bytes);
    const window = { hoursBefore: 1, hoursAfter: 1 };
    await using source = s3Source({ bucket, prefix: 'raw/{yyyy}/{MM}/{dd}/{HH}/', connection, window });
    const { splits, losses } = await source.list(HOUR);
    const hours = ['09', '10', '11'];
    expect(splits.map(({ id }) => id)).toEqual(hours.map((hour) => `s3://${bucket}/raw/2026/11/22/${hour}/a.json`));
    expect(losses).toEqual([]);
  });

  test('a bucket that does not exist is HM_INPUT_001 for a source and HM_STORE_002 for a store', async () => {
    const missing = `missing-${randomUUID()}`;
    await using source = s3Source({ bucket: missing, prefix: '', connection, window: NO_WINDOW });
    await using store = s3ObjectStore({ bucket: missing, prefix: '', connection });
    await expect(source.list(HOUR)).rejects.toMatchObject({
      code: 'HM_INPUT_001',
      message: expect.stringContaining(missing),
    });
    await expect(store.create('k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_002' });
    await expect(store.now()).rejects.toMatchObject({ code: 'HM_STORE_002' });
  });

  test('a wrong secret is HM_INPUT_004 for a source and HM_STORE_002 for a store, and is not shown', async () => {
    const wrong = { ...connection, secretAccessKey: new Secret('wrong-secret') };
    await using source = s3Source({ bucket, prefix: '', connection: wrong, window: NO_WINDOW });
    await using store = s3ObjectStore({ bucket, prefix: '', connection: wrong });
    await expect(source.list(HOUR)).rejects.toMatchObject({ code: 'HM_INPUT_004' });
    const refused = await store.put('k', bytes).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'HM_STORE_002' });
    expect(`${refused} ${JSON.stringify(refused)}`).not.toContain('wrong-secret');
  });

  test('creating a bucket that is there already is no error', async () => {
    await createBucket(bucket, connection);
  });
});
