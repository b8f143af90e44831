// The program of a run: which operators work on which fields, in order. One call a block from the host.
//
// Reads a text or record columns; writes the open batch's columns for the rows of the block. After `readBlock` or `readRecords` the host looks at the flags,
// judges the rows with PUNT by itself, and calls `endBlock`.
import { BLOCK_ROWS, FILTERED, PUNT, STRAY } from './layout';
import { blockRows, flags } from './block';
import { advanceBatch } from './batch';
import { fillKafkaFields } from './kafka/kafka-fields';
import { scanValues } from './kafka/scan-values';
import { scanBlock } from './scan/exports';
import { hashKey, readDouble, readLong, readTime } from './values/exports';
import { applyFilter } from './filter/exports';
import { encodeDouble, encodeList, encodeLong, encodeString } from './dictionary/exports';
import { routeBlock } from './decide/exports';

export const READ_TIME: i32 = 1;
export const READ_LONG: i32 = 2;
export const READ_DOUBLE: i32 = 3;
export const HASH_KEY: i32 = 4;
export const APPLY_FILTER: i32 = 5;
export const ENCODE_STRING: i32 = 6;
export const ENCODE_LONG: i32 = 7;
export const ENCODE_DOUBLE: i32 = 8;
export const ENCODE_LIST: i32 = 9;

/** kind i32 | a i32 | b i32, by operator. */
const steps = memory.data(12 * 1024, 16);
let stepCount: i32 = 0;

/** Appends an operator; the meaning of a and b is that operator's. The host allows at most 1024. */
export function addOperator(kind: i32, a: i32, b: i32): void {
  const step = steps + 12 * <usize>stepCount;
  store<i32>(step, kind);
  store<i32>(step, a, 4);
  store<i32>(step, b, 8);
  stepCount += 1;
}

/** Scans one block and runs the operators over it; returns the first byte not consumed. */
export function readBlock(at: usize, end: usize): usize {
  const next = scanBlock(at, end);
  runOperators();
  return next;
}

/**
 * {@link readBlock} of the values of rows [first, first + rows) of record columns, at most BLOCK_ROWS: row r of the block is the
 * r-th of them, whatever its value is.
 */
export function readRecords(columns: usize, capacity: i32, first: i32, rows: i32): void {
  scanValues(columns, capacity, first, rows);
  fillKafkaFields(columns, capacity, first);
  runOperators();
}

function runOperators(): void {
  if (blockRows == 0) return;
  for (let i = 0; i < stepCount; i++) {
    const step = steps + 12 * <usize>i;
    const a = load<i32>(step, 4);
    const b = load<i32>(step, 8);
    switch (load<i32>(step)) {
      case READ_TIME:
        readTime(a, b);
        break;
      case READ_LONG:
        readLong(a, b);
        break;
      case READ_DOUBLE:
        readDouble(a, b);
        break;
      case HASH_KEY:
        hashKey(a, b);
        break;
      case APPLY_FILTER:
        applyFilter(a, b);
        break;
      case ENCODE_STRING:
        encodeString(a, b);
        break;
      case ENCODE_LONG:
        encodeLong(a, b);
        break;
      case ENCODE_DOUBLE:
        encodeDouble(a, b);
        break;
      default:
        encodeList(a, b);
    }
  }
}

/**
 * How many rows of the block have a flag, each counted by the first that holds: punted | stray << 8 | filtered << 16 (a block
 * has 128 rows at most). 0 is the usual case.
 */
export function flaggedRows(): u32 {
  let any: u64 = 0;
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r += 8) if (r < <usize>blockRows) any |= load<u64>(flags + r) & maskOf(r);
  if (any == 0) return 0;
  let tally: u32 = 0;
  for (let r = 0; r < blockRows; r++) {
    const flag = load<u8>(flags + r);
    if (flag & PUNT) tally += 1;
    else if (flag & STRAY) tally += 1 << 8;
    else if (flag & FILTERED) tally += 1 << 16;
  }
  return tally;
}

/** Bytes of the eight rows from `row` on that are rows of the block. */
// @ts-ignore: decorator
@inline
function maskOf(row: usize): u64 {
  const rows = <usize>blockRows - row;
  return rows >= 8 ? ~(<u64>0) : (<u64>1 << (8 * <u64>rows)) - 1;
}

/** The rows without a flag become candidates; the batch goes on behind this block. */
export function endBlock(): void {
  routeBlock();
  advanceBatch(blockRows);
}
