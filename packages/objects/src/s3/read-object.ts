import { HourmillError, type Split } from '@hourmill/core';
import type { S3, S3Bucket } from './s3-bucket.ts';

export interface ReadObjectOptions {
  readonly bucket: S3Bucket;
  readonly key: string;
  readonly split: Split;
  /** How much one request asks for. */
  readonly rangeBytes: number;
}

/**
 * The bytes of a planned object, one new buffer for each range, the next range read ahead. Each request carries
 * `If-Match`, and each answer's ETag is compared for servers that do not know that header, so all bytes are of the planned
 * object; a range that breaks off goes on from where it stopped.
 * @throws HM_INPUT_002 when the object changed or vanished
 */
export async function* readObject(options: ReadObjectOptions, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { split, rangeBytes } = options;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  if (split.bytes === 0) return await checkEmpty(options, either);
  try {
    let next = readRange(options, 0, either);
    for (let from = 0; from < split.bytes; from += rangeBytes) {
      const piece = await next;
      if (from + rangeBytes < split.bytes) next = readRange(options, from + rangeBytes, either);
      // A consumer that stops early leaves this request to nobody.
      next.catch(() => {});
      yield piece;
    }
  } finally {
    stop.abort();
  }
}

async function checkEmpty({ bucket, key, split }: ReadObjectOptions, signal: AbortSignal): Promise<void> {
  const answer = await bucket.call(({ client, sdk }) => {
    return client.send(new sdk.HeadObjectCommand({ Bucket: bucket.name, Key: key, IfMatch: split.etag }), {
      abortSignal: signal,
    });
  }, signal);
  checkEtag(split, answer.ETag);
}

async function readRange(options: ReadObjectOptions, from: number, signal: AbortSignal): Promise<Uint8Array> {
  const buffer = new Uint8Array(Math.min(options.rangeBytes, options.split.bytes - from));
  let filled = 0;
  await options.bucket.call(async (s3) => {
    while (filled < buffer.length) {
      for await (const bytes of await requestRange(s3, options, from + filled, from + buffer.length, signal)) {
        buffer.set(bytes, filled);
        filled += bytes.length;
      }
    }
  }, signal);
  return buffer;
}

/** Asks for the bytes `[from, to)`. An answer of another length would shift all that follows. */
async function requestRange(
  { client, sdk }: S3,
  { bucket, key, split }: ReadObjectOptions,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const answer = await client.send(
    new sdk.GetObjectCommand({ Bucket: bucket.name, Key: key, IfMatch: split.etag, Range: `bytes=${from}-${to - 1}` }),
    { abortSignal: signal },
  );
  checkEtag(split, answer.ETag);
  const isWhole = answer.ContentLength === to - from && answer.ContentRange?.startsWith(`bytes ${from}-`) === true;
  if (isWhole && answer.Body !== undefined) return answer.Body as unknown as AsyncIterable<Uint8Array>;
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
function checkEtag({ id, etag }: Split, got: string | undefined): void {
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
