import { HourmillError, systemClock } from '@hourmill/core';
import type { S3Connection } from '@hourmill/pipeline';
import { S3Bucket } from './s3-bucket.ts';

/**
 * Creates a bucket on a local server, for tests and demonstrations; one of our own that is there already is no error.
 * Buckets of a real service are made by its owner. Needs a server that is up.
 * @throws HM_STORE_002 when the server refuses, HM_STORE_001 when it does not answer
 */
export async function createBucket(bucket: string, connection: S3Connection): Promise<void> {
  await using target = new S3Bucket({
    bucket,
    connection,
    clock: systemClock,
    toError: ({ kind, detail }, cause) => {
      const code = kind === 'unanswered' || kind === 'conflict' ? 'HM_STORE_001' : 'HM_STORE_002';
      return new HourmillError(code, `the bucket ${bucket} cannot be created: ${detail}`, { cause });
    },
  });
  await target.call(async ({ client, sdk }) => {
    try {
      await client.send(new sdk.CreateBucketCommand({ Bucket: bucket }));
    } catch (error) {
      if (!(error instanceof sdk.BucketAlreadyOwnedByYou)) throw error;
    }
  });
}
