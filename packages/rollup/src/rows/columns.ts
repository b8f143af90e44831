/** 8-byte numbers of rows: longs, or the bits of doubles. */
export interface NumberColumn {
  /** Two a row, the low one first; 0 where there is no value. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** 1 where there is a value; null: every row has one. */
  readonly valid: Uint8Array | null;
}

/** A dimension of rows. */
export interface RankedColumn {
  /** 0 is null, r is entry r - 1 of the dictionary. */
  readonly ranks: Uint32Array;
  /** A dictionary block: see the kernel's `assembly/merge/dictionary-block.ts`. */
  readonly block: Uint8Array;
}
