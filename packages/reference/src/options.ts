import type { Program } from '@hourmill/pipeline';
import type { Codec } from './parquet/part-writer.ts';

export interface ReferenceEngineOptions {
  readonly program: Program;
  readonly limits: {
    /** Of the whole process. */
    readonly memoryBytes: number;
    readonly maxRecordBytes: number;
    /** Of the lines of the rejects file before compression. */
    readonly maxRejectedBytes: number;
  };
  /** `level` has no effect here: parquet-wasm writes each codec at its library's default. */
  readonly compression: { readonly codec: Codec; readonly level: number };
}
