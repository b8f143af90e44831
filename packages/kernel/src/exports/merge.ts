/**
 * What the module exports of `assembly/merge`. In this order, once all batches have been aggregated: seal and write every
 * dictionary, unite them, key the groups, cut them by sampled keys, write runs for the other workers, merge the runs of one's own range.
 * The blocks and runs are described in `assembly/merge/{dictionary-block,run}.ts`; they can be copied between workers.
 */
export interface MergeExports {
  /** Sorts the dictionary of a dimension; anew when values have been added since, which forgets what was united. */
  sealDictionary(dimension: number): void;
  /** The size of this worker's dictionary block; one of 4 GiB and more cannot be written. */
  sortedDictionaryBytes(dimension: number): number;
  /** Writes it to `out`, a multiple of 8. */
  writeSortedDictionary(dimension: number, out: number): void;
  /**
   * Merges the dictionary blocks of all workers into one.
   * @param blocks addresses u32[n]. The blocks may be released afterwards, but with n = 1, where the block itself is the result
   * @param own which of them is this worker's
   */
  uniteDictionaries(dimension: number, blocks: number, n: number, own: number): void;
  /** Ranks within this worker's own sealed dictionary: for keys that no other worker sees. Makes no block. */
  rankOwnValues(dimension: number): void;
  /** Gives back what is known of the sealed dictionary and of the united one. */
  forgetSealed(dimension: number): void;
  /** The most bytes that `uniteBlocks` writes for these blocks (addresses u32[n]). */
  unitedBlocksBytes(blocks: number, n: number): number;
  /**
   * Merges any sorted dictionary blocks into one.
   * @param ranks addresses u32[n] of a u32[count] for each block: the ranks of its values
   * @param out a multiple of 8
   */
  uniteBlocks(blocks: number, n: number, ranks: number, out: number): void;
  /** The most bytes that `writeSortedBlock` writes for so many entries with so many bytes together. */
  sortedBlockBytes(count: number, bytes: number): number;
  /**
   * Writes a dictionary block of any values, in any order and with duplicates.
   * @param entries (address u32, length u32)[count]; up to 7 bytes behind a value are read
   * @param ranks u32[count]: gets each entry's rank
   * @param out a multiple of 8
   */
  writeSortedBlock(entries: number, count: number, ranks: number, out: number): void;
  /** The address of the united dictionary block: the value with rank r is number r - 1 of it. */
  unitedDictionary(dimension: number): number;

  /** Sorts the groups by their global keys; anew when groups have been added since. Every dimension is united before. */
  keyGroups(): void;
  /** Gives back what `keyGroups` sorted, once all runs are written. */
  releaseKeyedGroups(): void;
  /** The address of the KeyLayout of global keys (`assembly/group-row.ts`), the same in all workers. */
  globalKeyLayout(): number;
  /**
   * Writes up to n global keys, evenly spaced over the sorted groups, to `out` (u64[key words] each).
   * @returns how many
   */
  sampleKeys(out: number, n: number): number;
  /** The number of sorted groups below the global key at this address. */
  lowerBound(key: number): number;
  /** The size of a run of the sorted groups in [from, to); one of 4 GiB and more cannot be written. */
  groupsBytes(from: number, to: number): number;
  /** Writes it to `out`, a multiple of 8. */
  writeGroups(from: number, to: number, out: number): void;

  /**
   * Starts to merge runs, which are changed by it and stay until its end.
   * @param runs addresses u32[n]
   * @param capacity rows that the columns have room for
   */
  openMerge(runs: number, n: number, capacity: number): void;
  /**
   * Writes the next rows to the start of the columns, in the order of their keys, each key once.
   * @param limit so many rows at most; never more than the capacity
   * @returns how many; 0 at the end. Then look at `mergeFault`
   */
  mergeNext(limit: number): number;
  /** The addresses of the columns, the same until the next `openMerge`. u32 by row. */
  mergedBucket(): number;
  /** u32 by row: 0 is null, else the value's rank. */
  mergedRank(dimension: number): number;
  /** i64 by row. */
  mergedEvents(): number;
  /** i64 or f64 by row, as the metric is; 0 where it is null. */
  mergedValue(metric: number): number;
  /** u8 by row: 1 where the metric has a value. */
  mergedValid(metric: number): number;

  /** Whether the states of double sums are wanted of all merges to come: 1 or 0, as at first. */
  keepSums(keep: number): void;
  /**
   * The exact states of a metric that is a doubleSum, of the rows of the last `mergeNext`, as a file of accumulators has them: lengths
   * u16 by row, and the values one after another, so many bytes in all.
   */
  mergedSumLengths(metric: number): number;
  mergedSumValues(metric: number): number;
  mergedSumBytes(metric: number): number;

  /** What is out of range in the rows of the last `mergeNext`: 0 nothing, 1 a longSum outside 64 bits, 2 a doubleSum that overflows. */
  mergeFault(): number;
  mergeFaultMetric(): number;
  /** The row in the columns. */
  mergeFaultRow(): number;
  /** The address of the longSum that does not fit: i128, low word first. */
  mergeFaultSum(): number;
  /** The address of the sum of a LONG_SUM over all rows merged so far: i128, low word first. Metric -1 is the events. */
  mergedTotal(metric: number): number;
  /** Of all rows merged so far, how many have no value of the metric. */
  mergedNulls(metric: number): number;
}
