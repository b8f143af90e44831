import {
  type Clock,
  type ErrorCode,
  HourmillError,
  type Millis,
  type ObjectInfo,
  type ObjectLocation,
  type ObjectStore,
  systemClock,
} from '@hourmill/core';
import type { S3Connection } from '@hourmill/pipeline';
import { checkKey, checkPrefix } from '../keys.ts';
import { listObjects } from './list-objects.ts';
import { putInParts, SINGLE_PUT_BYTES } from './put-in-parts.ts';
import { S3Bucket } from './s3-bucket.ts';
import { type S3Failure, type S3FailureKind, toS3Failure } from './s3-failure.ts';
import { serverTime } from './server-time.ts';

export interface S3ObjectStoreOptions {
  readonly bucket: string;
  /** Stands before every key; empty, or folders with or without `/` at the end. */
  readonly prefix: string;
  readonly connection: S3Connection;
  /** For the pauses between repeated calls. Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Objects in a bucket. Exclusive creation is `PutObject` with `If-None-Match: *`; the server must implement it for
 * concurrent writers (AWS, versitygw and MinIO do). Calls that fail in passing are repeated for 30 seconds. Disposing
 * of the store closes its sockets.
 */
export function s3ObjectStore(options: S3ObjectStoreOptions): ObjectStore & AsyncDisposable {
  return new S3ObjectStore(options);
}

class S3ObjectStore implements ObjectStore, AsyncDisposable {
  readonly uri: string;
  readonly #bucket: S3Bucket;
  /** Empty or ends in `/`. */
  readonly #prefix: string;

  constructor({ bucket, prefix, connection, clock = systemClock }: S3ObjectStoreOptions) {
    const folders = prefix.split('/').filter((folder) => folder !== '');
    this.uri = ['s3:/', bucket, ...folders].join('/');
    this.#prefix = folders.map((folder) => `${folder}/`).join('');
    this.#bucket = new S3Bucket({
      bucket,
      connection,
      clock,
      toError: (failure, cause) => this.#toError(failure, cause),
    });
  }

  create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'> {
    const object = { ...this.#object(key), Body: bytes, IfNoneMatch: '*' };
    return this.#bucket.call(async ({ client, sdk }) => {
      try {
        await client.send(new sdk.PutObjectCommand(object), sending(signal));
        return 'created';
      } catch (error) {
        if (toS3Failure(error).kind === 'precondition') return 'exists';
        throw error;
      }
    }, signal);
  }

  async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const object = this.#object(key);
    if (bytes.length > SINGLE_PUT_BYTES) return putInParts(this.#bucket, object.Key, bytes, signal);
    await this.#bucket.call(
      ({ client, sdk }) => client.send(new sdk.PutObjectCommand({ ...object, Body: bytes }), sending(signal)),
      signal,
    );
  }

  get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#get(key, {}, signal);
  }

  async getRange(key: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array> {
    if (from >= to) return new Uint8Array(0);
    return this.#get(key, { Range: `bytes=${from}-${to - 1}` }, signal);
  }

  #get(key: string, range: { Range?: string }, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const object = { ...this.#object(key), ...range };
    return this.#bucket.call(async ({ client, sdk }) => {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand(object), sending(signal));
        return Body === undefined ? new Uint8Array(0) : await Body.transformToByteArray();
      } catch (error) {
        const { kind } = toS3Failure(error);
        // The object ends before the range begins.
        if (kind === 'range') return new Uint8Array(0);
        if (kind !== 'missing') throw error;
        throw new HourmillError('HM_STORE_003', `there is no ${this.uri}/${key}`, { context: { key }, cause: error });
      }
    }, signal);
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    for await (const { key, bytes, modifiedMs } of listObjects(this.#bucket, this.#prefix + prefix, signal)) {
      yield { key: key.slice(this.#prefix.length), bytes, modifiedMs };
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    const object = this.#object(key);
    await this.#bucket.call(async ({ client, sdk }) => {
      try {
        await client.send(new sdk.DeleteObjectCommand(object), sending(signal));
      } catch (error) {
        if (toS3Failure(error).kind !== 'missing') throw error;
      }
    }, signal);
  }

  now(signal?: AbortSignal): Promise<Millis> {
    return serverTime(this.#bucket, signal);
  }

  locate(key: string): ObjectLocation {
    return { type: 's3', bucket: this.#bucket.name, path: this.#object(key).Key };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#bucket[Symbol.asyncDispose]();
  }

  #object(key: string): { Bucket: string; Key: string } {
    checkKey(key);
    return { Bucket: this.#bucket.name, Key: `${this.#prefix}${key}` };
  }

  #toError(failure: S3Failure, cause: unknown): HourmillError {
    const { code, advice } = MEANING[failure.kind];
    return new HourmillError(code, `${this.uri}: ${failure.detail}; ${advice}`, {
      context: { store: this.uri },
      cause,
    });
  }
}

const REFUSED = { code: 'HM_STORE_002', advice: 'check the credentials, their permissions and the region' } as const;
const IN_PASSING = { code: 'HM_STORE_001', advice: 'try again later' } as const;
const MEANING: Readonly<Record<S3FailureKind, { code: ErrorCode; advice: string }>> = {
  missing: { code: 'HM_STORE_003', advice: 'it must be there' },
  'no-bucket': { code: 'HM_STORE_002', advice: 'create the bucket, or correct its name' },
  precondition: REFUSED,
  range: REFUSED,
  refused: REFUSED,
  conflict: IN_PASSING,
  unanswered: IN_PASSING,
};

function sending(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
