import type { Program } from '@hourmill/pipeline';
import type { Codec, PartFormatName } from './parts/part-format.ts';

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
  /**
   * `json` is for tests that build thousands of small hours: parts are JSON lines under the names of Parquet files, which only this
   * package reads. Default: `parquet`.
   */
  readonly partFormat?: PartFormatName;
}

/** Of {@link createReferenceMerger}. Options of an engine for the same definition will do. */
export interface ReferenceMergerOptions extends Pick<ReferenceEngineOptions, 'program' | 'compression' | 'partFormat'> {
  readonly limits: Pick<ReferenceEngineOptions['limits'], 'memoryBytes'>;
}
