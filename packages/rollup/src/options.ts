import type { Compression } from '@hourmill/parquet';
import { PART_BYTES, PART_ROWS, ROW_GROUP_ROWS } from '@hourmill/parquet';
import type { Program } from '@hourmill/pipeline';

export interface MergerOptions {
  readonly program: Program;
  /** Of the parts that are written; those that are read may have any. */
  readonly compression: Compression;
  readonly limits: {
    /** Of the whole process. */
    readonly memoryBytes: number;
  };
  /** For tests. */
  readonly tuning?: Partial<MergerTuning>;
}

/** Sizes that shape the bytes of the parts. Default: those of the engine, so that a merged hour looks like a built one. */
export interface MergerTuning {
  readonly rowGroupRows: number;
  readonly partRows: number;
  readonly partBytes: number;
}

export const DEFAULT_TUNING: MergerTuning = {
  rowGroupRows: ROW_GROUP_ROWS,
  partRows: PART_ROWS,
  partBytes: PART_BYTES,
};
