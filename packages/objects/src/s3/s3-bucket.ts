import type { S3Client } from '@aws-sdk/client-s3';
import { type Clock, HourmillError, retry, type Secret } from '@hourmill/core';
import type { S3Connection } from '@hourmill/pipeline';
import { type S3Failure, toS3Failure } from './s3-failure.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** The client, and the module that its commands come from. */
export interface S3 {
  readonly client: S3Client;
  readonly sdk: Sdk;
}

export interface S3BucketOptions {
  readonly bucket: string;
  readonly connection: S3Connection;
  readonly clock: Clock;
  /** The coded error for a failure, in the words of the port that the caller implements. */
  readonly toError: (failure: S3Failure, cause: unknown) => HourmillError;
}

/** A call that failed in passing is repeated for this long. */
const RETRY_MS = 30_000;
const CONNECT_MS = 5_000;
const ANSWER_MS = 120_000;
const IDLE_MS = 30_000;

/** One bucket on a server: opens the client with the first call, repeats calls that fail in passing. */
export class S3Bucket implements AsyncDisposable {
  readonly name: string;
  readonly #options: S3BucketOptions;
  #opened: Promise<S3> | undefined;

  constructor(options: S3BucketOptions) {
    this.name = options.bucket;
    this.#options = options;
  }

  /** Calls `action`, which must be safe to repeat, until it succeeds or fails for good. Coded errors pass through. */
  call<T>(action: (s3: S3) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const options = { clock: this.#options.clock, deadlineMs: RETRY_MS, ...(signal && { signal }) };
    return retry(() => this.#callOnce(action, signal), options);
  }

  /** Closes all sockets. A later call opens the client again. */
  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opened;
    this.#opened = undefined;
    opened?.client.destroy();
  }

  async #callOnce<T>(action: (s3: S3) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      this.#opened ??= open(this.#options.connection);
      return await action(await this.#opened);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof HourmillError) throw error;
      throw this.#options.toError(toS3Failure(error), error);
    }
  }
}

/** The library is loaded here and nowhere else: it costs more start-up time than all of a run on files. */
export function loadSdk(): Promise<Sdk> {
  return import('@aws-sdk/client-s3');
}

async function open(connection: S3Connection): Promise<S3> {
  const sdk = await loadSdk();
  const { endpoint, region, pathStyle, accessKeyId, secretAccessKey } = connection;
  const hasKeys = accessKeyId !== undefined && secretAccessKey !== undefined;
  const client = new sdk.S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(hasKeys && {
      credentials: { accessKeyId: reveal(accessKeyId), secretAccessKey: reveal(secretAccessKey) },
    }),
    // Repeated calls are ours: with our deadline, our errors and the caller's signal.
    maxAttempts: 1,
    // Servers of other vendors do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      socketTimeout: IDLE_MS,
    },
  });
  return { client, sdk };
}

function reveal(value: Secret | string): string {
  return typeof value === 'string' ? value : value.reveal();
}
