import {
  type Clock,
  HourmillError,
  type Loss,
  type ObjectListing,
  type ObjectSource,
  type ObjectSplit,
  systemClock,
  type TimeChunk,
  type WorkerModule,
} from '@hourmill/core';
import { expandTimePattern, type S3Connection } from '@hourmill/pipeline';
import { type FoundObject, toListing } from '../splits.ts';
import type { SourceWindow } from '../window.ts';
import { listObjects } from './list-objects.ts';
import { readObject } from './read-object.ts';
import { S3Bucket } from './s3-bucket.ts';
import { toInputError } from './s3-input-error.ts';
import { toWorkerOptions } from './s3-worker-options.ts';

export interface S3SourceOptions {
  readonly bucket: string;
  /** Every object whose key begins with this is read. May hold time patterns such as `{yyyy}`, no wildcards. */
  readonly prefix: string;
  readonly connection: S3Connection;
  readonly window: SourceWindow;
  /** How much one request asks for. Default 8 MiB; about twice as much is held in memory per split that is read. */
  readonly rangeBytes?: number;
  /** For the pauses between repeated calls. Default: the system's. */
  readonly clock?: Clock;
}

/** Large enough for several requests at a time within a range. */
const RANGE_BYTES = 32 * 1024 * 1024;

/** Beside this file, or beside the bundle that it is a part of. */
const WORKER_MODULE = new URL(
  import.meta.url.endsWith('.ts') ? './s3-split-opener.ts' : './s3-split-opener.mjs',
  import.meta.url,
).href;

const NO_WINDOW: SourceWindow = { hoursBefore: 0, hoursAfter: 0 };

/**
 * Raw events in the objects of a bucket. Pseudo folders (keys that end in `/`) are no input; empty objects are.
 * Failures are HM_INPUT_001 (no such bucket), HM_INPUT_002 (changed), HM_INPUT_004 (refused) and HM_INPUT_005 (no answer
 * for 30 seconds). Disposing of the source closes its sockets.
 */
export function s3Source(options: S3SourceOptions): ObjectSource & AsyncDisposable {
  return new S3Source(options);
}

class S3Source implements ObjectSource, AsyncDisposable {
  readonly #options: S3SourceOptions;
  readonly #bucket: S3Bucket;
  /** `s3://bucket/`: what the id of a split has before its key. */
  readonly #root: string;

  constructor(options: S3SourceOptions) {
    const { bucket, connection, clock = systemClock } = options;
    this.#options = options;
    this.#root = `s3://${bucket}/`;
    this.#bucket = new S3Bucket({
      bucket,
      connection,
      clock,
      toError: (failure, cause) => toInputError(failure, cause, { bucket, place: `${this.#root}${options.prefix}` }),
    });
  }

  async list(chunk: TimeChunk, signal?: AbortSignal): Promise<ObjectListing> {
    const { prefix, window } = this.#options;
    const expected = new Set(expandTimePattern(prefix, chunk, NO_WINDOW));
    const found: FoundObject[] = [];
    let isExpectedThere = false;
    for (const expanded of expandTimePattern(prefix, chunk, window)) {
      const before = found.length;
      for await (const { key, bytes, etag } of listObjects(this.#bucket, expanded, signal)) {
        found.push({ id: `${this.#root}${key}`, path: key, bytes, etag: this.#checkEtag(key, etag) });
      }
      if (expected.has(expanded) && found.length > before) isExpectedThere = true;
    }
    const loss: Loss = {
      source: `${this.#root}${prefix}`,
      reason: 'there is no object of the hour under this prefix',
      code: 'HM_INPUT_001',
    };
    return toListing([found], isExpectedThere ? [] : [loss]);
  }

  inputOf(chunk: TimeChunk): (id: string) => boolean {
    const { prefix, window } = this.#options;
    const prefixes = expandTimePattern(prefix, chunk, window).map((expanded) => `${this.#root}${expanded}`);
    return (id) => prefixes.some((expanded) => id.startsWith(expanded));
  }

  read(split: ObjectSplit, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    const { rangeBytes = 8 << 20 } = this.#options;
    const key = split.id.slice(this.#root.length);
    return readObject({ bucket: this.#bucket, key, split, rangeBytes }, signal);
  }

  /** Made anew for each reader of it, so that its plain secrets do not lie around. */
  get worker(): WorkerModule {
    const { bucket, prefix, connection } = this.#options;
    return {
      module: WORKER_MODULE,
      options: toWorkerOptions({ bucket, prefix, connection }),
      rangeBytes: RANGE_BYTES,
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#bucket[Symbol.asyncDispose]();
  }

  #checkEtag(key: string, etag: string | undefined): string {
    if (etag !== undefined && etag.replaceAll('"', '') !== '') return etag;
    throw new HourmillError(
      'HM_INPUT_002',
      `${this.#root}${key} has no ETag, so nobody could tell whether it changes while it is read; upload it again through S3`,
      { context: { key } },
    );
  }
}
