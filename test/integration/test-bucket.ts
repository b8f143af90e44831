import { randomUUID } from 'node:crypto';
import { Secret } from '@hourmill/core';
import { createBucket, s3ObjectStore } from '@hourmill/objects';
import { inject } from 'vitest';

/** A bucket of its own on the test run's S3 server. */
export interface TestBucket extends AsyncDisposable {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  put(key: string, bytes: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
}

export async function testBucket(): Promise<TestBucket> {
  const s3 = inject('s3');
  const name = `bucket-${randomUUID()}`;
  const connection = {
    endpoint: s3.endpoint,
    region: s3.region,
    pathStyle: true,
    accessKeyId: s3.accessKey,
    secretAccessKey: new Secret(s3.secretKey),
  };
  await createBucket(name, connection);
  const store = s3ObjectStore({ bucket: name, prefix: '', connection });
  return {
    ...s3,
    name,
    put: (key, bytes) => store.put(key, bytes),
    get: (key) => store.get(key),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
