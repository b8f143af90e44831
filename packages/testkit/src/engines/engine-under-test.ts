import type { Engine, Source } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';

/** What every engine is made of. */
export interface EngineSettings {
  readonly program: Program;
  readonly limits: {
    readonly memoryBytes: number;
    readonly diskBytes: number;
    readonly maxRecordBytes: number;
    readonly maxRejectedBytes: number;
  };
  readonly compression: { readonly codec: 'zstd' | 'snappy' | 'gzip' | 'none'; readonly level: number };
}

/** How to make an engine, and a source of local files that it can read. */
export interface EngineUnderTest {
  create(settings: EngineSettings): Engine;
  /** A source of just these files, in this order. The paths are absolute. */
  source(paths: readonly string[]): Source;
}
