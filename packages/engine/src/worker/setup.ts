import type { Plan, SidecarRequest, WorkerModule } from '@hourmill/core';
import type { LocalEngineOptions, Tuning } from '../options.ts';

/** All that a worker needs to begin. Structured-cloneable, shared memory and all. */
export interface WorkerSetup {
  /** From 0; the main thread is worker 0. */
  readonly me: number;
  readonly workers: number;
  readonly module: WebAssembly.Module;
  readonly board: SharedArrayBuffer;
  /** Number of ranges that the plan is cut into. */
  readonly ranges: number;
  readonly plan: Plan;
  /** Damaged record batches of Kafka are gaps and no failure. */
  readonly acceptLoss: boolean;
  /** So many keys count as seen before the first record, at most. */
  readonly knownKeys: number;
  readonly sidecars: SidecarRequest;
  /** Of all lines of late rows; null when no stray is kept. */
  readonly maxLateBytes: number | null;
  /** Null on the main thread, when the source can be read only there. */
  readonly source: WorkerModule | null;
  readonly options: Pick<LocalEngineOptions, 'program' | 'compression' | 'limits'>;
  readonly tuning: Tuning;
  /** What the kernel's memory may take. */
  readonly kernelBytes: number;
}
