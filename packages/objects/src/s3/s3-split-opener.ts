// Runs inside workers: see `WorkerModule` of core.
import { type Clock, type SplitOpener, systemClock } from '@hourmill/core';
import { checkEmpty } from './read-range.ts';
import { S3Bucket } from './s3-bucket.ts';
import { toInputError } from './s3-input-error.ts';
import { type ReadAhead, S3SplitReader } from './s3-split-reader.ts';
import { fromWorkerOptions } from './s3-worker-options.ts';

export interface S3SplitTuning extends ReadAhead {
  /** For the pauses between repeated calls. Default: the system's. */
  readonly clock?: Clock;
}

/** @param options made by the S3 source */
export function openSplits(options: unknown, { clock = systemClock, ...ahead }: S3SplitTuning = {}): SplitOpener {
  const { bucket: name, prefix, connection } = fromWorkerOptions(options);
  const root = `s3://${name}/`;
  const bucket = new S3Bucket({
    bucket: name,
    connection,
    clock,
    toError: (failure, cause) => toInputError(failure, cause, { bucket: name, place: `${root}${prefix}` }),
  });
  return {
    open: async (split, signal, expectedEnd = split.bytes) => {
      const object = { bucket, key: split.id.slice(root.length), split };
      if (split.bytes === 0) await checkEmpty(object, signal);
      return new S3SplitReader(object, { ...ahead, signal, expectedEnd });
    },
    [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose](),
  };
}
