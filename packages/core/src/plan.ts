import type { TimeChunk } from './time-chunk.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** One whole object or file of JSON lines. */
export interface ObjectSplit {
  readonly type: 'object';
  /** The place of this split in the total order of a run's input, from 0. */
  readonly ordinal: number;
  /** `file:` URL or `s3://bucket/key`; unique in a plan. */
  readonly id: string;
  /** Size as stored, compressed. */
  readonly bytes: number;
  /** Names these very bytes: S3's ETag; for files size, time of change in ns and inode. */
  readonly etag: string;
  readonly compression: Compression;
}

/** One unit of input. Later sources add their own kinds. */
export type Split = ObjectSplit;

/** A hole in the input that was accepted with `--accept-loss`. */
export interface Loss {
  /** The path, pattern or prefix at which nothing was found. */
  readonly source: string;
  readonly reason: string;
}

/** What a run will read and do, as plain JSON: the same plan gives the same parts (DESIGN.md section 4.4). */
export interface Plan {
  readonly version: 1;
  readonly pipeline: string;
  /** Start of the chunk, ISO with milliseconds. */
  readonly hour: string;
  readonly chunk: TimeChunk;
  /** sha256 (hex) of all in the definition that shapes the output. */
  readonly definitionHash: string;
  /** sha256 (hex) of the listing: ids, sizes and etags of all splits, in order. */
  readonly listingHash: string;
  readonly splits: readonly Split[];
  readonly losses: readonly Loss[];
}
