import type { StageOneResult } from '../manifest.ts';
import type { Plan } from '../plan.ts';
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
  /** Damaged record batches of Kafka are left out and counted as lost. Default false. */
  readonly acceptLoss?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
}

/** Stage 1: reads the plan's splits and writes the hour's parts and rejects. Bound to one definition. */
export interface Engine {
  readonly name: string;
  /**
   * Writes parts and rejects under the prefix; they are durable on return, but mean nothing before a manifest and the
   * ledger name them. The same plan gives the same bytes. On failure nothing but garbage under the prefix is left.
   * @throws HM_INPUT_* for broken input, HM_ENGINE_* for sums out of range, HM_LIMIT_* over a limit
   */
  build(request: StageOneRequest): Promise<StageOneResult>;
}
