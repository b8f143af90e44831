import { HourmillError, type Millis } from '@hourmill/core';
import type { S3Bucket } from './s3-bucket.ts';
import { toS3Failure } from './s3-failure.ts';

/** The time by the server's clock, from the `Date` header of an answer: whole seconds, rounded down. */
export async function serverTime(bucket: S3Bucket, signal?: AbortSignal): Promise<Millis> {
  const date = await bucket.call(async ({ client, sdk }) => {
    let header: string | undefined;
    const command = new sdk.HeadBucketCommand({ Bucket: bucket.name });
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        header = (result.response as { headers?: Record<string, string> }).headers?.date;
        return result;
      },
      // The innermost place: it sees the plain HTTP answer, of whatever status.
      { step: 'deserialize', priority: 'low' },
    );
    try {
      await client.send(command, { ...(signal && { abortSignal: signal }) });
    } catch (error) {
      // The answer to HEAD has no body, so it cannot say that it is the bucket that is missing.
      if (toS3Failure(error).kind === 'missing')
        throw Object.assign(new sdk.NoSuchBucket({ message: 'no such bucket', $metadata: {} }), { cause: error });
      throw error;
    }
    return header;
  }, signal);
  const timeMs = Date.parse(date ?? '');
  if (Number.isNaN(timeMs)) {
    throw new HourmillError(
      'HM_STORE_002',
      `the server of bucket ${bucket.name} does not tell its time, which leases go by`,
    );
  }
  return timeMs;
}
