// Runs inside workers: see `WorkerModule` of core.
import { type Clock, type ObjectOpener, systemClock } from '@hourmill/core';
import { PieceBuffers } from './piece-buffers.ts';
import { checkEmpty } from './read-range.ts';
import { loadSdk, S3Bucket } from './s3-bucket.ts';
import { toInputError } from './s3-input-error.ts';
import { type ReadAhead, S3SplitReader, TAIL_BYTES } from './s3-split-reader.ts';
import { fromWorkerOptions } from './s3-worker-options.ts';

const READ_AHEAD: ReadAhead = { pieceBytes: 4 << 20, pieces: 4 };

export interface S3SplitTuning extends Partial<ReadAhead> {
  /** For the pauses between repeated calls. Default: the system's. */
  readonly clock?: Clock;
}

/** Loads the client's library, which takes longer than to list a bucket. */
export async function load(): Promise<void> {
  await loadSdk();
}

/** @param options made by the S3 source */
export function openSplits(options: unknown, { clock = systemClock, ...tuning }: S3SplitTuning = {}): ObjectOpener {
  const ahead = { ...READ_AHEAD, ...tuning };
  const { bucket: name, prefix, connection } = fromWorkerOptions(options);
  const root = `s3://${name}/`;
  const bucket = new S3Bucket({
    bucket: name,
    connection,
    clock,
    toError: (failure, cause) => toInputError(failure, cause, { bucket: name, place: `${root}${prefix}` }),
  });
  const buffers = new PieceBuffers(Math.max(ahead.pieceBytes, TAIL_BYTES));
  return {
    type: 'object',
    open: async (split, signal, expectedEnd = split.bytes) => {
      const object = { bucket, key: split.id.slice(root.length), split };
      if (split.bytes === 0) await checkEmpty(object, signal);
      return new S3SplitReader(object, { ...ahead, buffers, signal, expectedEnd });
    },
    [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose](),
  };
}
