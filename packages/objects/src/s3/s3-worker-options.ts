import { Secret } from '@hourmill/core';
import type { S3Connection } from '@hourmill/pipeline';

/** What reading a bucket inside a worker takes. */
export interface S3WorkerInput {
  readonly bucket: string;
  /** For messages. */
  readonly prefix: string;
  readonly connection: S3Connection;
}

/** {@link S3WorkerInput} as plain data that can be posted to a thread; a secret cannot. */
interface S3WorkerOptions extends Omit<S3WorkerInput, 'connection'> {
  readonly connection: Omit<S3Connection, 'secretAccessKey'>;
  readonly secretAccessKey: string | undefined;
}

export function toWorkerOptions({ connection, ...rest }: S3WorkerInput): S3WorkerOptions {
  const { secretAccessKey, ...open } = connection;
  return { ...rest, connection: open, secretAccessKey: secretAccessKey?.reveal() };
}

/** @param options what {@link toWorkerOptions} gave, after it came through a port */
export function fromWorkerOptions(options: unknown): S3WorkerInput {
  const { connection, secretAccessKey, ...rest } = options as S3WorkerOptions;
  const secret = secretAccessKey === undefined ? {} : { secretAccessKey: new Secret(secretAccessKey) };
  return { ...rest, connection: { ...connection, ...secret } };
}
