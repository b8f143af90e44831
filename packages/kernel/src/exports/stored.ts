/**
 * What the module exports of `assembly/stored`: reading rows that were stored as Parquet, merging them and adding them up. Each
 * file there says what its arrays hold. Flags that are not there, as every row has a value, have the address 0.
 */
export interface StoredExports {
  /** The address behind the codes; 0 when there are fewer. */
  unpackHybrid(at: number, end: number, width: number, count: number, out: number): number;
  countLevels(levels: number, count: number, level: number): number;

  /** `assembly/kafka/snappy-block.ts`: the text at `out`, up to `limit`. Its bytes, below 0 for damage. */
  decodeSnappyBlock(at: number, end: number, out: number, limit: number): number;

  valuesOfCodes(codes: number, count: number, dictionary: number, entries: number, out: number): number;
  spreadValues(levels: number, values: number, count: number, out: number, valid: number): void;
  placeCodes(levels: number, codes: number, count: number, first: number, most: number, out: number): number;
  translateCodes(codes: number, count: number, table: number, out: number): void;
  stringEntries(at: number, end: number, count: number, out: number): number;
  numberEntries(values: number, count: number, doubles: number, out: number): void;
  bucketsOfTimes(times: number, count: number, start: bigint, width: bigint, out: number): number;

  interleave(
    order: number,
    state: number,
    leftEnd: number,
    rightEnd: number,
    capacity: number,
    runs: number,
    touchTo: number,
    touchFrom: number,
  ): void;

  combineLongs(
    kind: number,
    out: number,
    outValid: number,
    values: number,
    valid: number,
    to: number,
    from: number,
    count: number,
  ): number;
  combineDoubles(
    kind: number,
    out: number,
    outValid: number,
    values: number,
    valid: number,
    to: number,
    from: number,
    count: number,
  ): void;
  /** Adds to the i128 at `total`, low word first. */
  addLongs(values: number, count: number, total: number): void;

  startsOfSums(lengths: number, count: number, starts: number): void;
  addSums(a: number, aBytes: number, b: number, bBytes: number, out: number): number;
  /** The bits of the double, as a signed number; those of infinity when it overflows. */
  nearestDoubleOfSum(sum: number, bytes: number): bigint;
  /** 0 all rows are done, 1 more room is needed, 2 a sum is beyond the range of doubles, 3 bytes are no sum. */
  mergeSums(job: number, to: number, first: number, touchTo: number, touchFrom: number, touches: number): number;
}
