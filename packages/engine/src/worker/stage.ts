import type { Gaps } from '@hourmill/core';
import type { EncodedRowGroup } from '@hourmill/parquet';
import type { StrayCounts } from '@hourmill/record';
import type { KnownPiece } from '../exchange/share-known-keys.ts';
import type { LateRecord } from '../scan/range-late.ts';
import type { RangeReject } from '../scan/range-rejects.ts';
import type { ChunkSums } from '../sidecars/chunk-sums.ts';
import type { KeyDump } from '../sidecars/key-dumps.ts';
import type { EncodedSection, KeySections } from '../sidecars/key-sections.ts';
import type { SpilledEvents } from '../spill/event-frames.ts';
import type { GroupRun } from '../spill/group-spill.ts';
import type { KeyRangeTask } from '../spill/plan-key-ranges.ts';
import type { PartitionTask } from '../spill/plan-partitions.ts';
import type { Resolved } from '../spill/resolve-work.ts';

/** What one worker knows when all input is scanned, and decided but for the events on disk. */
export interface Scanned {
  /** See Tally. */
  readonly counts: Float64Array;
  readonly strays: StrayCounts;
  readonly rejects: readonly RangeReject[];
  readonly late: readonly LateRecord[];
  /** Of the Kafka splits that it read. */
  readonly gaps: readonly SplitGaps[];
  /** Events that are decided later, and keys; null when all fitted into memory. */
  readonly spilledEvents: SpilledEvents | null;
  /** Groups of this worker are on disk, or are too many to be merged in memory. */
  readonly spillsGroups: boolean;
}

export interface SplitGaps {
  /** Index in the plan. */
  readonly split: number;
  readonly gaps: Gaps;
}

/** One worker's dictionaries, sorted, in shared memory: a dictionary block a dimension (see `assembly/merge`). */
export interface SharedDictionaries {
  readonly buffer: SharedArrayBuffer;
  /** Where the block of each dimension begins, and where the last one ends. */
  readonly starts: readonly number[];
}

/** Keys evenly spaced over one worker's sorted groups. */
export interface KeySample {
  readonly groups: number;
  readonly keyWords: number;
  /** keyWords words a key. */
  readonly keys: BigUint64Array;
}

/** Sorted groups of a key range, with global keys: a run in shared memory. */
export type SharedRun = SharedArrayBuffer;

/** Finished rows in key order; see ChunkColumns for the layout. */
export interface MergedChunk {
  readonly buffer: SharedArrayBuffer;
  readonly rows: number;
  /** What its ranks mean; null when it is the workers' united dictionaries. */
  readonly dictionaries: SharedDictionaries | null;
  /** Null when nobody wants them. */
  readonly sums: ChunkSums | null;
}

export interface Merged {
  readonly chunks: readonly MergedChunk[];
  readonly rows: number;
  /** Over these rows: of the count, then of each metric that is a longSum; null where no row has a value. */
  readonly totals: readonly (bigint | null)[];
}

/** Rows `[from, to)` of a chunk. */
export interface ChunkSlice {
  readonly chunk: MergedChunk;
  readonly from: number;
  readonly to: number;
}

/**
 * The steps of stage 1 as one worker does them, in this order. What they give and take is plain data that threads can
 * post. A step that fails leaves the worker useless.
 */
export interface Stage {
  /** Takes those of the keys that it owns: they count as seen before the first record. Any number of times before {@link scan}. */
  know(piece: KnownPiece): Promise<void>;
  /** Takes ranges, scans them, decides the fingerprints that it owns, and aggregates its kept rows, until all input is decided. */
  scan(): Promise<Scanned>;
  /** The keys of the records that it has kept as their owner. With fingerprints only, once all is decided, as the next steps. */
  shareKeys(): Promise<readonly KeyDump[]>;
  /** Takes note of all workers' keys. */
  takeKeys(sections: KeySections): Promise<void>;
  /** Sorts one section of them. */
  encodeKeys(section: number): Promise<EncodedSection>;
  /** Gives back all that keys take. */
  forgetKeys(): Promise<void>;
  /** Sorts its dictionaries. */
  seal(): Promise<SharedDictionaries>;
  /** Unites all workers' dictionaries and sorts its groups by their global keys. */
  unite(all: readonly SharedDictionaries[]): Promise<KeySample>;
  /**
   * Cuts its sorted groups: one run for each worker, null for its own, which it keeps. `cuts` are the first keys of the second,
   * third, … range, keyWords words each.
   */
  share(cuts: BigUint64Array): Promise<readonly (SharedRun | null)[]>;
  /** Merges the runs of its own range, in the order of workers, null for its own. @throws HM_ENGINE_001, HM_ENGINE_002 for sums out of range */
  merge(runs: readonly (SharedRun | null)[]): Promise<Merged>;
  /** Decides the events of a partition that are on disk, and aggregates its kept rows. */
  resolve(task: PartitionTask): Promise<Resolved>;
  /** Puts the groups that it still has on disk. @returns all that it has put there, since it began */
  spillGroups(): Promise<readonly GroupRun[]>;
  /** Merges groups of all workers from disk: those of one key range. @throws as {@link merge} */
  mergeKeyRange(task: KeyRangeTask): Promise<Merged>;
  /** Encodes one row group, of any worker's rows. */
  encode(slices: readonly ChunkSlice[]): Promise<EncodedRowGroup>;
}
