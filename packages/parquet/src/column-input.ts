/**
 * A column in the kernel's memory. Addresses are unsigned, and what they name must stay until the row group is encoded; it is not changed.
 * Ranks: 0 is null, r is entry r - 1 of the dictionary, whose layout is said in the kernel's `assembly/merge/dictionary-block.ts`.
 */
export type ColumnInput = TimeColumn | DictionaryColumn | PlainColumn;

/** Times without nulls: `startMs + bucket * granularityMs`. */
export interface TimeColumn {
  readonly kind: 'time';
  readonly name: string;
  /** u32[rows]. */
  readonly buckets: number;
  readonly startMs: bigint;
  readonly granularityMs: bigint;
}

export interface DictionaryColumn {
  readonly kind: 'dictionary';
  readonly name: string;
  readonly type: 'string' | 'long' | 'double' | 'stringList';
  /** u32[rows]. */
  readonly ranks: number;
  /** It may hold far more than these rows use. */
  readonly dictionary: number;
}

export interface PlainColumn {
  readonly kind: 'plain';
  readonly name: string;
  readonly type: 'long' | 'double';
  /** i64[rows] or f64[rows]. */
  readonly values: number;
  /** u8[rows], 0 where there is no value; null: every row has one. */
  readonly valid: number | null;
}
