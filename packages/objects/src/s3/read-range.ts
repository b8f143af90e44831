import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { HourmillError, type ObjectSplit } from '@hourmill/core';
import type { S3, S3Bucket } from './s3-bucket.ts';

/** The object behind a split. */
export interface PlannedObject {
  readonly bucket: S3Bucket;
  readonly key: string;
  readonly split: ObjectSplit;
}

/** @throws HM_INPUT_002 when the object, planned as empty, is no longer the planned one */
export async function checkEmpty({ bucket, key, split }: PlannedObject, signal: AbortSignal): Promise<void> {
  const answer = await bucket.call(({ client, sdk }) => {
    return client.send(new sdk.HeadObjectCommand({ Bucket: bucket.name, Key: key, IfMatch: split.etag }), {
      abortSignal: signal,
    });
  }, signal);
  checkEtag(split, answer.ETag);
}

/**
 * Fills `into` with the bytes of a planned object from `from` on. The request carries `If-Match`, and the answer's ETag is
 * compared for servers that do not know that header, so all bytes are of the planned object; an answer that breaks off goes
 * on from where it stopped. After a rejection `into` may still be written to.
 * @throws HM_INPUT_002 when the object changed or vanished
 */
export async function readRange(
  object: PlannedObject,
  from: number,
  into: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  let filled = 0;
  await object.bucket.call(async (s3) => {
    while (filled < into.length) {
      const body = await requestRange(s3, object, from + filled, from + into.length, signal);
      // Iterating would stop the socket after each piece, and copy what came meanwhile once more.
      body.on('data', (bytes: Uint8Array) => {
        into.set(bytes, filled);
        filled += bytes.length;
      });
      await finished(body);
    }
  }, signal);
}

/** Asks for the bytes `[from, to)`. An answer of another length would shift all that follows. */
async function requestRange(
  { client, sdk }: S3,
  { bucket, key, split }: PlannedObject,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Readable> {
  const answer = await client.send(
    new sdk.GetObjectCommand({ Bucket: bucket.name, Key: key, IfMatch: split.etag, Range: `bytes=${from}-${to - 1}` }),
    { abortSignal: signal },
  );
  checkEtag(split, answer.ETag);
  const isWhole = answer.ContentLength === to - from && answer.ContentRange?.startsWith(`bytes ${from}-`) === true;
  if (isWhole && answer.Body !== undefined) return answer.Body as Readable;
  const got = `${answer.ContentLength} bytes (${answer.ContentRange ?? 'no range'})`;
  throw new HourmillError(
    'HM_INPUT_002',
    `${split.id}: asked for bytes ${from} to ${to - 1}, the server answers with ${got}`,
    {
      context: { split: split.id },
    },
  );
}

/** Listings and answers may differ in the quotes around an ETag. */
function checkEtag({ id, etag }: ObjectSplit, got: string | undefined): void {
  const bare = (text: string) => text.replaceAll('"', '');
  if (got !== undefined && bare(got) === bare(etag)) return;
  throw new HourmillError(
    'HM_INPUT_002',
    `${id} changed: it was planned with ETag ${etag}, the server answers with ${got ?? 'none'}`,
    {
      context: { split: id },
    },
  );
}
