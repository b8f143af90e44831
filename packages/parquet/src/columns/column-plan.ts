import type { Statistics } from '../format/bounds.ts';

/** Rows of one data page, and which of the column's values, nulls left out, they hold. */
export interface PageRows {
  readonly row: number;
  readonly rows: number;
  readonly value: number;
  readonly values: number;
}

/** How a column is to be written, found out by looking at all its rows. Writers answer the address behind what they wrote. */
export interface ColumnPlan {
  /** Null: the column cannot be null and has no levels. */
  readonly nulls: number | null;
  readonly statistics: Statistics;
  /** Null: the values themselves are shorter than a dictionary of them. */
  readonly dictionary: PageDictionary | null;
  /** How many rows, at least one, from this one on fit into a page. */
  pageRows(row: number): number;
  /** Definition levels as u32. How many values there are. */
  writeLevels(row: number, rows: number, out: number): number;
  /** How many bytes {@link writeValues} will write. */
  valueBytes(page: PageRows): number;
  /** PLAIN values. */
  writeValues(page: PageRows, out: number): number;
}

/** The distinct values of a column. */
export interface PageDictionary {
  readonly entries: number;
  readonly bytes: number;
  /** PLAIN values. */
  writeEntries(out: number): number;
  /** The code of each value of the page as u32. */
  writeCodes(page: PageRows, out: number): void;
}

/** Rows of a page at most: a quarter of a megabyte of numbers. Larger pages are no smaller in sum, and touch more memory. */
export const PAGE_ROWS = 32_768;

/** Whether a dictionary takes fewer bytes than the values themselves. */
export function dictionaryPays(dictionaryBytes: number, width: number, values: number, valueBytes: number): boolean {
  return dictionaryBytes + (values * width) / 8 < valueBytes;
}
