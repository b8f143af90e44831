import type { CompletedPart } from '@aws-sdk/client-s3';
import type { S3, S3Bucket } from './s3-bucket.ts';
import { toS3Failure } from './s3-failure.ts';

/** Larger objects are sent in parts, so that a broken connection costs one part. */
export const SINGLE_PUT_BYTES = 64 << 20;
const PART_BYTES = 16 << 20;

/** Writes or replaces a large object by a multipart upload; an upload that fails is aborted, and leaves nothing. */
export async function putInParts(
  bucket: S3Bucket,
  key: string,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const target = { Bucket: bucket.name, Key: key };
  const sending = { ...(signal && { abortSignal: signal }) };
  const { UploadId } = await bucket.call(
    ({ client, sdk }) => client.send(new sdk.CreateMultipartUploadCommand(target), sending),
    signal,
  );
  const upload = { ...target, UploadId };
  try {
    const parts: CompletedPart[] = [];
    for (let from = 0; from < bytes.length; from += PART_BYTES) {
      const part = { ...upload, PartNumber: parts.length + 1, Body: bytes.subarray(from, from + PART_BYTES) };
      const { ETag } = await bucket.call(
        ({ client, sdk }) => client.send(new sdk.UploadPartCommand(part), sending),
        signal,
      );
      parts.push({ PartNumber: part.PartNumber, ETag });
    }
    let tries = 0;
    await bucket.call((s3) => complete(s3, { ...upload, MultipartUpload: { Parts: parts } }, ++tries, sending), signal);
  } catch (error) {
    // Without the caller's signal, which may be what ended the upload. What cannot be aborted expires by the bucket's rules.
    await bucket.call(({ client, sdk }) => client.send(new sdk.AbortMultipartUploadCommand(upload))).catch(() => {});
    throw error;
  }
}

interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
  readonly MultipartUpload: { readonly Parts: CompletedPart[] };
}

/** An upload that is gone at a later try was completed by an earlier one, whose answer was lost. */
async function complete(s3: S3, upload: Upload, tries: number, sending: { abortSignal?: AbortSignal }): Promise<void> {
  try {
    await s3.client.send(new s3.sdk.CompleteMultipartUploadCommand(upload), sending);
  } catch (error) {
    if (tries === 1 || toS3Failure(error).kind !== 'missing') throw error;
  }
}
