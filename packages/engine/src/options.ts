import type { Worker } from 'node:worker_threads';
import type { Logger } from '@hourmill/core';
import { BATCH_ROWS } from '@hourmill/kernel';
import type { Program } from '@hourmill/pipeline';
import type { HeadStart } from './crew/head-start.ts';

type Codec = 'zstd' | 'snappy' | 'gzip' | 'none';

export interface LocalEngineOptions {
  readonly program: Program;
  readonly limits: {
    /** Of the whole process. */
    readonly memoryBytes: number;
    /** Of temporary files. */
    readonly diskBytes: number;
    readonly maxRecordBytes: number;
    /** Of the lines of the rejects file before compression. */
    readonly maxRejectedBytes: number;
  };
  readonly compression: { readonly codec: Codec; readonly level: number };
  /** Threads that scan, the main thread among them. Default: what the machine's CPU quota allows. */
  readonly workers?: number | undefined;
  /** Builds that may run in this process at the same time: each gets its share of the memory. Default 1. */
  readonly buildsAtOnce?: number;
  readonly logger?: Logger;
  /** Begun by the caller, for the first build above all. */
  readonly headStart?: HeadStart | undefined;
  /** For tests and benches. */
  readonly tuning?: Partial<Tuning>;
  /** For tests: gets each worker thread when it starts. */
  readonly onThread?: (thread: Worker) => void;
}

/** Sizes that shape the speed of a run and never its output. */
export interface Tuning {
  /** Plain splits are cut into ranges of so many bytes: the unit that a worker takes. */
  readonly rangeBytes: number;
  /** Fewer rows a batch than it has room for. */
  readonly batchRows: number;
  /** A worker puts its keys, or its groups, on disk when it has more, even if there is memory left. */
  readonly maxKeys: number;
  readonly maxGroups: number;
}

export const DEFAULT_TUNING: Tuning = {
  rangeBytes: 4 * 1024 * 1024,
  batchRows: BATCH_ROWS,
  maxKeys: Number.POSITIVE_INFINITY,
  maxGroups: Number.POSITIVE_INFINITY,
};
