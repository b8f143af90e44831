// The exact states of the double sums of merged rows, as a file of accumulators has them (docs/formats/sidecars.md), if somebody wants
// them. By metric:
//
//   lengths  u16[capacity]   by row; 0 where it has no value
//   values   one after the other: e u16, then m as the fewest bytes of two's complement; the sum is m * 256^e units of 2^-1074
//
// m is no multiple of 256, and of the sum 0 there is none: so a sum has the same bytes, whether it was narrow or wide. 2-5 ns a narrow sum.
import { NARROW_SHIFT } from '../aggregate/narrow-sum';
import { WIDE_BYTES, WIDE_WORDS } from '../aggregate/wide-sum';
import { DOUBLE_SUM, metricCount, metricKind, WIDE } from '../group-row';
import { allocate, release } from '../memory';

/** The most that one value takes, and what is written behind it. */
const MOST_BYTES: usize = 2 + WIDE_BYTES + 24;
const FIRST_BYTES: usize = 0x20000;
/** Where the lowest bit of a narrow sum stands: the byte, and the bit in it. */
const NARROW_BYTE: i32 = NARROW_SHIFT >> 3;
const NARROW_BIT: u64 = <u64>(NARROW_SHIFT & 7);

// A metric: lengths u32 | values u32 | bytes of values u32 | room for values u32.
const COLUMN: usize = 16;

/** A narrow sum as three words, and zeros behind them. */
const words = memory.data(48, 16);
const NARROW_WORDS: i32 = 3;

let isKept: bool = false;
let columns: usize = 0;
let columnCount: i32 = 0;
let capacity: usize = 0;

/** Whether states are wanted of all merges to come. */
export function keepSums(keep: bool): void {
  isKept = keep;
}

/** The u16 lengths of the rows of the last `mergeNext`. */
export function mergedSumLengths(metric: i32): usize {
  return <usize>load<u32>(columnOf(metric));
}
export function mergedSumValues(metric: i32): usize {
  return <usize>load<u32>(columnOf(metric), 4);
}
export function mergedSumBytes(metric: i32): u32 {
  return load<u32>(columnOf(metric), 8);
}

// @ts-ignore: decorator
@inline
function columnOf(metric: i32): usize {
  return columns + COLUMN * <usize>metric;
}

/** Room for so many rows at a time. */
export function openSums(rows: i32): void {
  closeSums();
  if (!isKept) return;
  columnCount = metricCount;
  capacity = <usize>rows;
  columns = allocate(COLUMN * <usize>columnCount);
  memory.fill(columns, 0, COLUMN * <usize>columnCount);
  for (let m = 0; m < columnCount; m++) {
    if (metricKind(m) != DOUBLE_SUM) continue;
    store<u32>(columnOf(m), <u32>allocate(2 * capacity));
    store<u32>(columnOf(m), <u32>allocate(FIRST_BYTES), 4);
    store<u32>(columnOf(m), <u32>FIRST_BYTES, 12);
  }
}

function closeSums(): void {
  if (!columns) return;
  for (let m = 0; m < columnCount; m++) {
    const column = columnOf(m);
    if (!load<u32>(column)) continue;
    release(<usize>load<u32>(column), 2 * capacity);
    release(<usize>load<u32>(column, 4), <usize>load<u32>(column, 12));
  }
  release(columns, COLUMN * <usize>columnCount);
  columns = 0;
}

/** Starts with no rows. */
export function clearSums(): void {
  if (!columns) return;
  for (let m = 0; m < columnCount; m++) store<u32>(columnOf(m), 0, 8);
}

/** Whether the states of the rows that are finished are wanted. */
// @ts-ignore: decorator
@inline
export function sumsAreKept(): bool {
  return columns != 0;
}

/** Room for the values of so many more rows. */
export function reserveSums(metric: i32, rows: i32): void {
  const column = columnOf(metric);
  const used = <usize>load<u32>(column, 8);
  const room = <usize>load<u32>(column, 12);
  const wanted = used + MOST_BYTES * <usize>rows;
  if (wanted <= room) return;
  const next = max(wanted, 2 * room);
  const values = allocate(next);
  memory.copy(values, <usize>load<u32>(column, 4), used);
  release(<usize>load<u32>(column, 4), room);
  store<u32>(column, <u32>values, 4);
  store<u32>(column, <u32>next, 12);
}

/** The state of the next row: low and high word of a double sum, which of a wide one are its address and WIDE. */
export function keepSum(metric: i32, row: i32, valid: bool, low: u64, high: u64): void {
  const column = columnOf(metric);
  const used = load<u32>(column, 8);
  const out = <usize>(load<u32>(column, 4) + used);
  let bytes: u32 = 0;
  if (valid) bytes = high == WIDE ? encode(<usize>low, WIDE_WORDS, 0, out) : encodeNarrow(low, high, out);
  store<u16>(<usize>load<u32>(column) + 2 * <usize>row, <u16>bytes);
  store<u32>(column, used + bytes, 8);
}

function encodeNarrow(low: u64, high: u64, out: usize): u32 {
  store<u64>(words, low << NARROW_BIT);
  store<u64>(words, (high << NARROW_BIT) | (low >> (64 - NARROW_BIT)), 8);
  store<u64>(words, <u64>(<i64>high >> <i64>(64 - NARROW_BIT)), 16);
  return encode(words, NARROW_WORDS, NARROW_BYTE, out);
}

/** Two's complement of so many words, from byte `first` of units on. Returns the length of what it writes. */
function encode(at: usize, count: i32, first: i32, out: usize): u32 {
  let low = 0;
  while (low < count && load<u64>(at + 8 * <usize>low) == 0) low++;
  store<u16>(out, 0);
  if (low == count) return 2;
  const from = 8 * low + (<i32>ctz<u64>(load<u64>(at + 8 * <usize>low)) >> 3);
  const sign = <u64>(<i64>load<u64>(at + 8 * <usize>(count - 1)) >> 63);
  let high = count - 1;
  while (high > 0 && (load<u64>(at + 8 * <usize>high) ^ sign) == 0) high--;
  const bits = 64 * high + 65 - <i32>clz<u64>(load<u64>(at + 8 * <usize>high) ^ sign);
  const length = ((bits + 7) >> 3) - from;
  store<u16>(out, <u16>(first + from));
  if (count == NARROW_WORDS) {
    for (let i: usize = 0; i < 8 * <usize>NARROW_WORDS; i += 8) store<u64>(out + 2 + i, load<u64>(at + <usize>from + i));
  } else memory.copy(out + 2, at + <usize>from, <usize>length);
  return <u32>(2 + length);
}
