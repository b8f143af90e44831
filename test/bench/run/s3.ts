import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Secret } from '@hourmill/core';
import { createBucket, s3ObjectStore } from '@hourmill/objects';
import { startS3 } from '@hourmill/stack';
import type { S3Input } from '../contenders/contender.ts';
import type { DataSet } from '../data/data-set.ts';

const PREFIX = 'events/';

export interface ServedDataSet extends AsyncDisposable {
  readonly s3: S3Input;
  /** What definition files refer to. */
  readonly env: Readonly<Record<string, string>>;
}

/** A local S3 server that holds the data set's files. Disposing of it ends the server and removes its data. */
export async function serveDataSet(dataSet: DataSet, folder: string, signal: AbortSignal): Promise<ServedDataSet> {
  mkdirSync(folder, { recursive: true });
  const server = await startS3({ dataDir: folder, signal });
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const bucket = `bench-${randomUUID()}`;
  const connection = { endpoint, region, pathStyle: true, accessKeyId, secretAccessKey: new Secret(secretAccessKey) };
  await createBucket(bucket, connection);
  await using store = s3ObjectStore({ bucket, prefix: '', connection });
  const keys = dataSet.files.map((file) => PREFIX + basename(file));
  for (const file of dataSet.files) await store.put(PREFIX + basename(file), readFileSync(file));
  return {
    s3: { endpoint, region, accessKeyId, secretAccessKey, bucket, prefix: PREFIX, keys },
    env: { BENCH_S3_ACCESS_KEY_ID: accessKeyId, BENCH_S3_SECRET_ACCESS_KEY: secretAccessKey },
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(join(folder), { recursive: true, force: true });
    },
  };
}
