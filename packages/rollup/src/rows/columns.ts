/** 8-byte numbers of rows, in the kernel: longs, times, or doubles. */
export interface NumberColumn {
  /** 0 where there is no value. */
  readonly values: number;
  /** u8 by row, 1 where there is a value; address 0: every row has one. */
  readonly valid: number;
}

/** A dimension of rows, in the kernel. */
export interface RankedColumn {
  /** u32 by row: 0 is null, r is entry r - 1 of the dictionary. */
  readonly ranks: number;
  /** A dictionary block: see the kernel's `assembly/merge/dictionary-block.ts`. */
  readonly block: number;
}
