/**
 * What the module exports of `assembly/pages`: the pieces of Parquet pages. Each file there says what its arrays hold. Calls
 * are meant for some thousand rows each: a function that is called once a column never leaves the first compiler's tier.
 */
export interface PagesExports {
  /** RLE / bit-packed hybrid of u32 codes; answers the address behind the last byte. */
  packHybrid(codes: number, count: number, width: number, out: number): number;
  hybridBytes(count: number, width: number): number;

  /** How many marks, and how many bytes of them, a range of so many codes needs. */
  markCount(codes: number): number;
  markBytes(codes: number): number;
  markCodes(codes: number, count: number, base: number, marks: number): void;
  markLongs(values: number, count: number, least: bigint, marks: number): void;
  /** How many codes are marked; call it before every function that takes numbers from the marks. */
  numberMarks(marks: number, count: number, withoutZero: number): number;
  numberCodes(codes: number, count: number, base: number, marks: number, out: number): void;
  /** How many ranks are not 0. */
  numberRanks(ranks: number, count: number, marks: number, out: number): number;
  numberLongs(values: number, count: number, least: bigint, marks: number, out: number): void;
  writeMarkedLongs(marks: number, count: number, first: bigint, step: bigint, out: number): number;
  lowestMark(marks: number, count: number): number;
  highestMark(marks: number, count: number): number;

  countNulls(ranks: number, count: number): number;
  levelsOfRanks(ranks: number, count: number, out: number): number;
  levelsOfValid(valid: number, count: number, out: number): number;

  markedBytes(dictionary: number, marks: number, count: number): number;
  rowBytesOf(dictionary: number, ranks: number, count: number): number;
  rowsWithin(dictionary: number, ranks: number, count: number, limit: number): number;
  writeMarkedStrings(dictionary: number, marks: number, count: number, out: number): number;
  writeMarkedNumbers(dictionary: number, marks: number, count: number, doubles: number, out: number): number;
  writeRowStrings(dictionary: number, ranks: number, count: number, out: number): number;
  writeRowNumbers(dictionary: number, ranks: number, count: number, doubles: number, out: number): number;

  compactValues(values: number, valid: number, count: number, out: number): number;
  rangeOfLongs(values: number, count: number, range: number): void;
  rangeOfDoubles(values: number, count: number, range: number): void;
  rangeOfCodes(codes: number, count: number, range: number): void;
  writeLongs(codes: number, count: number, first: bigint, step: bigint, out: number): void;

  /** The new number of distinct values, -1 when it would pass `limit`. */
  encodeValues(
    rows: number,
    count: number,
    slots: number,
    capacity: number,
    values: number,
    known: number,
    limit: number,
    out: number,
  ): number;

  countElements(dictionary: number, marks: number, count: number): number;
  encodeLists(
    dictionary: number,
    marks: number,
    count: number,
    starts: number,
    elements: number,
    page: number,
    offsets: number,
    slots: number,
    capacity: number,
  ): number;
  extremeString(page: number, offsets: number, strings: number, greatest: number): number;
  listLevels(ranks: number, count: number, marks: number, starts: number): number;
  listRowsWithin(ranks: number, count: number, marks: number, starts: number, limit: number): number;
  writeListLevels(
    ranks: number,
    count: number,
    marks: number,
    starts: number,
    elements: number,
    repetition: number,
    definition: number,
    codes: number,
  ): number;

  compressSnappy(from: number, count: number, out: number, table: number): number;
  snappyBytes(count: number): number;
  snappyTableBytes(): number;
}
