import type { BenchOptions } from './options.ts';

/** What all measurements of one benchmark share. */
export interface Bench {
  readonly options: BenchOptions;
  /** Has the peers, and runs measure.py and digest.py. */
  readonly python: string;
  /** Data sets, found again by later benchmarks. */
  readonly inputs: string;
  /** Outputs, definition files, servers' data; gone at the end. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}
