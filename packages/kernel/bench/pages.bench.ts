// What Parquet pages cost: `HOURMILL_TEST_KERNEL=... node packages/kernel/bench/pages.bench.ts`. CPU ns a row, an entry or a byte,
// the best of five rounds. Interleave runs of two kernels to compare them: machines drift.
import { put, testKernel } from '../test/support/test-kernel.ts';
import { measure, scatter } from './measure.ts';

/** A row group. Calls are for slices of it, as in packages/parquet. */
const ROWS = 65_536;
const SLICE = 4096;
/** So many row groups a round: one takes less than the clock can tell. */
const REPEATS = 20;

const kernel = testKernel();
const { exports } = kernel;

function putWords(value: (row: number) => number): number {
  return put(kernel, new Uint8Array(Uint32Array.from({ length: ROWS }, (_, row) => value(row)).buffer));
}

function putDoubles(value: (row: number) => number): number {
  return put(kernel, new Uint8Array(Float64Array.from({ length: ROWS }, (_, row) => value(row)).buffer));
}

function putLongs(value: (row: number) => number): number {
  return put(kernel, new Uint8Array(BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(value(row))).buffer));
}

/** Measures an operator that is called slice by slice over the rows. */
function bench(name: string, call: (row: number, count: number) => void, prepare?: () => void): void {
  const run = () => {
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      for (let row = 0; row < ROWS; row += SLICE) call(row, SLICE);
    }
  };
  measure(name, REPEATS * ROWS, run, prepare === undefined ? {} : { prepare });
}

function benchCodes(): void {
  const { packHybrid, hybridBytes } = exports;
  const out = exports.allocate(hybridBytes(ROWS, 32) + 64);
  const runs = putWords((row) => (row >>> 8) % 200);
  bench('pack codes of 8 bits in runs of 256', (row, count) => packHybrid(runs + 4 * row, count, 8, out));
  for (const width of [4, 8, 16]) {
    const mixed = putWords((row) => scatter(row) % 2 ** width);
    bench(`pack codes of ${width} bits, no runs`, (row, count) => packHybrid(mixed + 4 * row, count, width, out));
  }
}

function benchMarks(range: number): void {
  const { markBytes, markCount, markCodes, markLongs, numberMarks, numberCodes, numberLongs } = exports;
  const marks = exports.allocateZeroed(markBytes(range));
  const out = exports.allocate(4 * ROWS + 64);
  const codes = putWords((row) => scatter(row) % range);
  bench(`mark codes, ${range} distinct`, (row, count) => markCodes(codes + 4 * row, count, 0, marks));
  numberMarks(marks, markCount(range), 0);
  bench(`number codes, ${range} distinct`, (row, count) => numberCodes(codes + 4 * row, count, 0, marks, out));
  const longs = putLongs((row) => 1000 + (scatter(row) % range));
  bench(`mark longs, ${range} distinct`, (row, count) => markLongs(longs + 8 * row, count, 1000n, marks));
  bench(`number longs, ${range} distinct`, (row, count) => numberLongs(longs + 8 * row, count, 1000n, marks, out));
}

function benchValues(): void {
  const range = exports.allocate(16);
  const out = exports.allocate(8 * ROWS + 64);
  const doubles = putDoubles((row) => scatter(row) / 100);
  bench('range of doubles', (row, count) => exports.rangeOfDoubles(doubles + 8 * row, count, range));
  bench('range of longs', (row, count) => exports.rangeOfLongs(doubles + 8 * row, count, range));
  const valid = exports.allocate(ROWS + 64);
  for (let row = 0; row < ROWS; row++) kernel.bytes[valid + row] = scatter(row) % 10 === 0 ? 0 : 1;
  bench('compact values, one in ten is null', (row, count) =>
    exports.compactValues(doubles + 8 * row, valid + row, count, out),
  );
  bench('levels, one in ten is null', (row, count) => exports.levelsOfValid(valid + row, count, out));
  for (const distinct of [500, 20_000]) {
    const prices = putDoubles((row) => (scatter(row) % distinct) / 100);
    const capacity = distinct < 2048 ? 4096 : 131_072;
    const slots = exports.allocate(4 * capacity);
    const values = exports.allocate(4 * capacity);
    let known = 0;
    const prepare = () => {
      kernel.bytes.fill(0, slots, slots + 4 * capacity);
      known = 0;
    };
    const call = (row: number, count: number) => {
      known = exports.encodeValues(prices + 8 * row, count, slots, capacity, values, known, capacity / 2, out);
    };
    bench(`encode values, ${distinct} distinct`, call, prepare);
  }
}

/** Sorted texts as a dictionary block. */
function putDictionary(count: number): number {
  const texts = Array.from({ length: count }, (_, entry) => Buffer.from(`publisher-${String(entry).padStart(8, '0')}`));
  const offsets = [0];
  for (const { length } of texts) offsets.push((offsets.at(-1) ?? 0) + length);
  const header = Uint32Array.from([count, offsets.at(-1) ?? 0, ...offsets]);
  return put(kernel, Buffer.concat([new Uint8Array(header.buffer), ...texts]));
}

function benchEntries(): void {
  const dictionary = putDictionary(20_000);
  const ranks = putWords((row) => 1 + (scatter(row) % 20_000));
  const out = exports.allocate(32 * ROWS);
  bench('strings of rows, 20000 distinct', (row, count) => {
    exports.writeRowStrings(dictionary, ranks + 4 * row, count, out);
  });
  const marks = exports.allocateZeroed(exports.markBytes(20_001));
  const markCount = exports.markCount(20_001);
  exports.markCodes(ranks, ROWS, 0, marks);
  const marked = exports.numberMarks(marks, markCount, 1);
  const writeAll = () => {
    for (let repeat = 0; repeat < REPEATS; repeat++) exports.writeMarkedStrings(dictionary, marks, markCount, out);
  };
  measure(`strings of ${marked} marked entries`, REPEATS * marked, writeAll);
}

function benchSnappy(): void {
  const { compressSnappy, snappyBytes, snappyTableBytes } = exports;
  const table = exports.allocate(snappyTableBytes());
  const text = Buffer.from(Array.from({ length: 6000 }, (_, i) => `{"id":${scatter(i)},"page":"/home"}`).join('\n'));
  const doubles = Buffer.from(Float64Array.from({ length: 32_768 }, (_, i) => (scatter(i) % 5000) / 100).buffer);
  for (const [name, bytes] of Object.entries({ text, doubles })) {
    const at = put(kernel, bytes);
    const out = exports.allocate(snappyBytes(bytes.length));
    const compressAll = () => {
      for (let repeat = 0; repeat < REPEATS; repeat++) compressSnappy(at, bytes.length, out, table);
    };
    measure(`snappy, a byte of ${name}`, REPEATS * bytes.length, compressAll);
  }
}

benchCodes();
benchMarks(200);
benchMarks(20_000);
benchValues();
benchEntries();
benchSnappy();
