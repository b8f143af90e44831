import type { Manifest } from '../manifest.ts';
import type { ServedNumbers, Sums } from '../run-report.ts';
import type { TimeChunk } from '../time-chunk.ts';
import type { ObjectLocation } from './object-store.ts';

/** A committed hour, ready to be indexed. */
export interface HandOver {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** One for each part, in order. */
  readonly locations: readonly ObjectLocation[];
}

export type TaskOutcome =
  | { readonly state: 'succeeded'; readonly processed: number }
  | { readonly state: 'failed'; readonly message: string };

export interface IndexProgress {
  readonly step: 'waiting' | 'running' | 'loading' | 'comparing';
  readonly detail: string;
}

export interface IndexOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
}

/** Stage 2: makes a Druid data source serve an hour's parts, and proves it. Failures are HM_DRUID_*. */
export interface Indexer {
  /** @throws HM_DRUID_001 when a service that indexing needs does not answer */
  ping(signal: AbortSignal): Promise<void>;
  /** The sum of the count metric over what is served for the chunk now; 0 when there is nothing. */
  served(chunk: TimeChunk, signal: AbortSignal): Promise<bigint>;
  /** A function of data source, hour, manifest hash and attempt: the same on every machine. */
  taskId(handOver: HandOver, attempt: number): string;
  /**
   * Sends the task that replaces exactly this hour, or empties it when there are no parts; a task with this id that is
   * there already is attached to.
   */
  submit(handOver: HandOver, attempt: number, options: IndexOptions): Promise<'submitted' | 'attached'>;
  /**
   * Makes sure that the task with this id, whoever sent it or is about to, publishes nothing after this call: a task
   * that is there is brought to its end, whatever that is; else the id is taken by a task that does nothing.
   */
  retire(taskId: string, options: IndexOptions): Promise<void>;
  /**
   * Waits for the task's end and checks that it processed every row of the parts.
   * @throws HM_DRUID_004 at the deadline, HM_DRUID_005 when rows are missing
   */
  wait(handOver: HandOver, attempt: number, options: IndexOptions): Promise<TaskOutcome>;
  /**
   * Waits until the task's own segments are served and compares their sums with the manifest's (DESIGN.md section 8.6).
   * @throws HM_DRUID_006 at the deadline, HM_DRUID_007 when the numbers differ
   */
  verify(handOver: HandOver, attempt: number, options: IndexOptions): Promise<ServedNumbers>;
  /** What Druid serves for the chunk at this moment, whichever task made it: number of rows and the sums of these metrics. */
  sums(chunk: TimeChunk, metrics: readonly string[], signal: AbortSignal): Promise<{ rows: number; sums: Sums }>;
}
