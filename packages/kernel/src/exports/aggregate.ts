/** What the module exports of `assembly/aggregate`. Rows of groups are described in `assembly/group-row.ts`. */
export interface AggregateExports {
  /**
   * An empty group table; once dictionaries, the batch shape and the metrics are set, and before the first batch.
   * @param buckets the number of time buckets: codes in the batches' bucket column are below it
   */
  aggregateSetup(buckets: number): void;
  /**
   * Writes the rows (u32) of the batch that are kept to `out` (4 * BATCH_ROWS bytes): those whose answer of any of the owners
   * is 1 when the program deduplicates, else all candidates.
   * @returns how many
   */
  selectKept(batch: number, owners: number, out: number): number;
  /** Adds these rows of the batch to their groups. `selection`: u32 each. */
  aggregate(batch: number, selection: number, rows: number): void;
  groupCount(): number;
  /** The address of the rows in order of arrival, each of `rowBytes(key words)`; valid until the next `aggregate`. */
  groupRows(): number;
  /** The address of the rows' KeyLayout; valid until the next `aggregate`. */
  groupKeyLayout(): number;
  /** Bytes in use by the group table, the rows and the wide sums. */
  groupBytes(): number;
  /** Gives back all memory of the groups. */
  aggregateRelease(): void;
  /** The address of the wide sums by number; valid until the next `aggregate`. */
  wideSums(): number;
  wideCount(): number;

  /** Adds the double with these bits to the exact sum in a state of 16 bytes (DOUBLE_SUM); zero bytes are an empty sum. */
  addDouble(state: number, bits: bigint): void;
  /** The double nearest to such a sum; NaN when it overflows. */
  sumToDouble(state: number): number;
  /** The double nearest to a narrow sum, an i128 in units of 2^-84. */
  narrowToDouble(lo: bigint, hi: bigint): number;
  /** The double nearest to a wide sum (`assembly/aggregate/wide-sum.ts`); NaN when it overflows. */
  wideToDouble(sum: number): number;
  wideAdd(sum: number, bits: bigint): void;
  wideAddNarrow(sum: number, lo: bigint, hi: bigint): void;
  wideAddWide(sum: number, other: number): void;
}
