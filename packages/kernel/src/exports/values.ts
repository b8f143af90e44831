/**
 * What the module exports of `assembly/values`: operators over the rows of the block, which write the columns of the open
 * batch. What an operator cannot judge exactly, and what is to be rejected, gets the flag PUNT.
 */
export interface ValuesExports {
  /**
   * Once, before {@link readTime}. `format`: 0 auto, 1 iso, 2 millis, 3 posix, 4 micro, 5 nano. The chunk is
   * `[chunkStartMs, chunkEndMs)`, at most 40 days. Bucket 0 is the one that holds the chunk's start; buckets align with the
   * Unix epoch.
   */
  setTime(format: number, chunkStartMs: bigint, chunkEndMs: bigint, granularityMs: bigint): void;
  /** Fills `bucket`; a time outside the chunk sets STRAY and `strayTime`. The second argument is unused. */
  readTime(field: number, unused: number): void;

  /** Fills an input column of metrics with int64 values and counts its nulls. */
  readLong(field: number, column: number): void;
  /** Fills an input column of metrics with doubles and counts its nulls. */
  readDouble(field: number, column: number): void;
  /** As {@link readLong}, into arrays of i64 and u8 with room for the rows of the block. */
  longsOfBlock(field: number, out: number, valid: number): void;
  /** As {@link readDouble}, into arrays of f64 and u8 with room for the rows of the block. */
  doublesOfBlock(field: number, out: number, valid: number): void;

  /** The next component of the deduplication key; at most 1024, in the definition's order. */
  addKeyField(field: number): void;
  /** Fills `fingerprint` with `hm1` of the key: h1, h2, each a little-endian u64. The arguments are unused. */
  hashKey(unused: number, alsoUnused: number): void;
}
