import { invariant } from './error.ts';
import type { ErrorCode } from './error-codes.ts';
import type { LateRules } from './late.ts';
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

/** A cut of a partition of a topic: the offsets `[startOffset, endOffset)`. Offsets are numbers up to 2^53. */
export interface KafkaSplit {
  readonly type: 'kafka';
  readonly ordinal: number;
  /** `kafka:TOPIC/PARTITION@START-END`; unique in a plan. */
  readonly id: string;
  readonly topic: string;
  /** UUID as text: a topic that is made anew under the same name has another one (KIP-516). */
  readonly topicId: string;
  readonly partition: number;
  readonly startOffset: number;
  /** Not included. */
  readonly endOffset: number;
  /** About so many bytes as stored: for progress and for what memory to expect, never for what is read. */
  readonly bytes: number;
  readonly isolation: 'read_committed' | 'read_uncommitted';
  /** What a record without a value is. */
  readonly tombstones: 'reject' | 'skip';
}

/** One unit of input. All splits of a plan are of one type. */
export type Split = ObjectSplit | KafkaSplit;

/** The split of a source of files or objects. */
export function objectSplit(split: Split): ObjectSplit {
  invariant(split.type === 'object', `${split.id} is an object`);
  return split;
}

/** A hole in the input that was accepted with `--accept-loss`. */
export interface Loss {
  /** The path, pattern or prefix at which nothing was found, or `kafka:TOPIC/PARTITION`. */
  readonly source: string;
  readonly reason: string;
  /** What a run that does not accept the loss ends with. */
  readonly code: Extract<ErrorCode, `HM_INPUT_${string}`>;
}

/** What is read of one partition, also when that is nothing: `startOffset` is `endOffset` then. */
export interface KafkaRange {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly startOffset: number;
  /** Not included. */
  readonly endOffset: number;
}

/** How many offsets these are. */
export function offsetsOf(ranges: readonly Pick<KafkaRange, 'startOffset' | 'endOffset'>[]): number {
  return ranges.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
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
  /** sha256 (hex) of the listing: what names each split and its bytes, in order. */
  readonly listingHash: string;
  readonly splits: readonly Split[];
  /** By partition; of a Kafka source only. */
  readonly ranges?: readonly KafkaRange[];
  readonly losses: readonly Loss[];
  /** Which strays are kept for a merge; absent without `schedule.lateness`. */
  readonly late?: LateRules;
  /** The hours whose keys count as seen, the latest first; absent without `deduplicate.lookback`. */
  readonly lookback?: readonly LookbackHour[];
}

/** An earlier hour in which duplicates are looked for. */
export interface LookbackHour {
  /** Start of the hour, ISO with milliseconds. */
  readonly hour: string;
  /** Null: there is none with fingerprints, and that gap was accepted. */
  readonly manifest: { readonly path: string; readonly sha256: string } | null;
}
