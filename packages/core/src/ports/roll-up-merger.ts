import type { PartColumn, PartFile, SidecarFile } from '../manifest.ts';
import type { Sums } from '../run-report.ts';
import type { ObjectStore } from './object-store.ts';

/** The rolled-up rows of an hour, or of some of its records, as they are stored. */
export interface StoredRollUp {
  readonly columns: readonly PartColumn[];
  readonly parts: readonly PartFile[];
  /** One for each part; empty where the definition has no sum of doubles. */
  readonly accumulators: readonly SidecarFile[];
}

export interface MergeRequest {
  readonly base: StoredRollUp;
  readonly added: StoredRollUp;
  readonly store: ObjectStore;
  /** Key prefix of this run's files, ending in `/`. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

export interface MergedRollUp extends StoredRollUp {
  readonly groups: number;
  readonly sums: Sums;
  /** The library that wrote the parts. */
  readonly parquet: string;
  readonly peakMemoryBytes: number;
}

/** Makes one roll-up of two of the same definition and hour, without the records that they were made of. */
export interface RollUpMerger {
  /**
   * Groups of equal time and dimensions become one row, exactly: as if all records had been rolled up at once. Parts and
   * accumulators are durable on return, and garbage until a manifest and the ledger name them. The same two give the same bytes.
   * @throws HM_ENGINE_001, HM_ENGINE_002 for sums out of range, HM_LEDGER_004 when a file is damaged, HM_LIMIT_001, HM_STORE_*
   */
  merge(request: MergeRequest): Promise<MergedRollUp>;
}
