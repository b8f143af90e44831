/** What the module exports of `assembly/operators.ts`, described there. */
export interface OperatorExports {
  addOperator(kind: number, a: number, b: number): void;
  readBlock(at: number, end: number): number;
  /**
   * Like `readBlock`, but row r of the block is row `first + r` of record columns (see `RECORD_COLUMN`), 1 to BLOCK_ROWS of
   * them, whatever its value is: values are no lines. PUNT is a value that is null, that has more than `maxRecordBytes`, that is
   * empty or blank, or that begins with a BOM; JSON of several lines is read, up to 4 MiB of it a block. A row is also a PUNT when
   * a field of `addKafkaField` is a text that is no valid UTF-8, or a number not below 2^53. SLACK bytes behind every record must
   * be readable. The byte behind each value is another one meanwhile, and itself again on return.
   */
  readRecords(columns: number, capacity: number, first: number, rows: number): void;
  flaggedRows(): number;
  endBlock(): void;
}

/** The kinds of `addOperator`; a is a field, but for the key and the filter. */
export const OPERATOR = {
  readTime: 1,
  /** b: column */
  readLong: 2,
  readDouble: 3,
  hashKey: 4,
  applyFilter: 5,
  /** b: dimension */
  encodeString: 6,
  encodeLong: 7,
  encodeDouble: 8,
  encodeList: 9,
} as const;

/** An owner's answer besides 1 (kept) and 0 (a duplicate): decided later, see `assembly/spill/spread-events.ts`. */
export const DEFERRED = 2;

export const FLAG = { punt: 1, stray: 2, filtered: 4 } as const;
/** So many bytes behind a text, an arena or a heap may be read: see `assembly/layout.ts`. */
export const SLACK_BYTES = 256;
export const BLOCK_ROWS = 128;
export const BATCH_ROWS = 8192;
/** Kinds of values as the import `listCode` gets them. */
export const KIND = { absent: 0, string: 1, number: 2, true: 3, false: 4, null: 5, object: 6, list: 7 } as const;
/** Kinds of `addMetric`. */
export const METRIC = { longSum: 1, doubleSum: 2, longMin: 3, longMax: 4, doubleMin: 5, doubleMax: 6 } as const;
