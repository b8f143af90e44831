import type { _Object, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { S3Bucket } from './s3-bucket.ts';

/** An object as a listing shows it. Pseudo folders, whose key ends in `/`, are left out. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string | undefined;
  readonly modifiedMs: number;
}

/** All objects whose key begins with `prefix`, page by page, in the server's order: UTF-8 bytes of keys. */
export async function* listObjects(
  bucket: S3Bucket,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const page = await readPage(bucket, prefix, token, signal);
    for (const object of page.Contents ?? []) {
      const listed = toListed(object);
      if (listed !== undefined) yield listed;
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

function readPage(
  bucket: S3Bucket,
  prefix: string,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ListObjectsV2CommandOutput> {
  const page = { Bucket: bucket.name, Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) };
  return bucket.call(
    ({ client, sdk }) => client.send(new sdk.ListObjectsV2Command(page), { ...(signal && { abortSignal: signal }) }),
    signal,
  );
}

function toListed({ Key, Size, ETag, LastModified }: _Object): ListedObject | undefined {
  if (Key === undefined || Key.endsWith('/')) return undefined;
  return { key: Key, bytes: Size ?? 0, etag: ETag, modifiedMs: LastModified?.getTime() ?? 0 };
}
