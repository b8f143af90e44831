import type { StageOneResult } from '../manifest.ts';
import type { Plan } from '../plan.ts';
import type { KnownKeys } from './known-keys.ts';
import type { ObjectStore } from './object-store.ts';
import type { Source } from './source.ts';

export interface EngineProgress {
  readonly events: number;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly splitsDone: number;
  readonly splits: number;
  /** Resident memory of the process. */
  readonly memoryBytes: number;
  /** Bytes on the spill disk. */
  readonly spilledBytes: number;
}

export interface StageOneRequest {
  readonly plan: Plan;
  readonly source: Source;
  readonly store: ObjectStore;
  /** Key prefix of this run's files, ending in `/`: `<pipeline>/hours/<chunk>/<runId>/`. */
  readonly prefix: string;
  /**
   * Keys that count as seen before the first record: a record with one of them is a duplicate. Only with `keep: first`, or where
   * the records of these keys rank behind all of the plan.
   */
  readonly known?: KnownKeys;
  /** Which sidecars to write. Default: none. */
  readonly sidecars?: SidecarRequest;
  /** Keeps the strays that `plan.late` calls late, under the keys of {@link lateKey} for this run. Default: none are kept. */
  readonly late?: LateRequest;
  /** Damaged record batches of Kafka are left out and counted as lost. Default false. */
  readonly acceptLoss?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
}

export interface SidecarRequest {
  /** The distinct keys of the kept records; nothing where the definition does not deduplicate. */
  readonly fingerprints: boolean;
  /** The exact state of each sum of doubles, row by row of each part; nothing where the definition has none. */
  readonly accumulators: boolean;
}

export interface LateRequest {
  readonly runId: string;
  /** Of all lines of late rows before compression: above it the build fails with HM_LIMIT_005. */
  readonly maxBytes: number;
}

/** Stage 1: reads the plan's splits and writes the hour's parts and rejects. Bound to one definition. */
export interface Engine {
  readonly name: string;
  /**
   * Writes parts, sidecars and rejects under the prefix, and late rows into the late areas of their hours; they are durable on return, but mean nothing before a manifest and the
   * ledger name them. The same plan gives the same bytes. On failure nothing but garbage under the prefix is left.
   * @throws HM_INPUT_* for broken input, HM_ENGINE_* for sums out of range, HM_LIMIT_* over a limit
   */
  build(request: StageOneRequest): Promise<StageOneResult>;
}
