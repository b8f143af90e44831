// The rows of all groups (group-row.ts), one after the other in the order of arrival. The array is reserved in large steps, as
// pages that nobody has touched cost nothing; what is in use of it is counted against the budget.
import { allocateUncounted, countFilled, releaseUncounted, residentOfBlock } from '../memory';
import { DOUBLE_MAX, DOUBLE_MIN, headWords, LONG_MAX, LONG_MIN, metricCount, metricKind, metricOffset, rowBytes } from '../group-row';

const FIRST_RESERVE: usize = 0x1000000;
/** From here on the array is doubled; before, it is made four times as large. */
const LARGE_RESERVE: usize = 0x40000000;
const COUNT_STEP: usize = 0x100000;

let rows: usize = 0;
let reserved: usize = 0;
let counted: usize = 0;
/** Of the array, as it came. */
let resident: usize = 0;
let rowSize: usize = 0;
let rowCount: u32 = 0;

/** The address of the rows; valid until the next batch is aggregated. */
export function groupRows(): usize {
  return rows;
}

export function groupCount(): u32 {
  return rowCount;
}

export function groupRowBytes(): usize {
  return rowSize;
}

export function countedRowBytes(): f64 {
  return <f64>counted;
}

/** An empty array of rows with so many key words. */
export function openRows(keyWords: i32): void {
  rowSize = rowBytes(keyWords);
  rowCount = 0;
  counted = 0;
  reserved = FIRST_RESERVE;
  rows = allocateUncounted(reserved);
  resident = residentOfBlock();
}

export function closeRows(): void {
  if (rows == 0) return;
  releaseUncounted(rows, reserved, counted, resident);
  rows = 0;
  rowCount = 0;
  counted = 0;
}

/** Makes room for so many more rows. */
export function reserveRows(more: u32): void {
  const wanted = <u64>rowSize * <u64>(rowCount + more);
  if (wanted > <u64>reserved) growRows(wanted);
  while (<u64>counted < wanted) {
    countFilled(counted, counted + COUNT_STEP, resident);
    counted += COUNT_STEP;
  }
}

function growRows(wanted: u64): void {
  let next = <u64>reserved;
  while (next < wanted) next *= next < <u64>LARGE_RESERVE ? 4 : 2;
  const to = allocateUncounted(next > 0xffffffff ? 0xffffffff : <usize>next);
  const toResident = residentOfBlock();
  const filled = counted < reserved ? counted : reserved;
  countFilled(0, counted, toResident);
  memory.copy(to, rows, filled);
  releaseUncounted(rows, reserved, counted, resident);
  rows = to;
  resident = toResident;
  reserved = <usize>next;
}

/** The next row, zeros but for the states of minima and maxima; {@link reserveRows} has made room. The key is the caller's. */
export function appendRow(keyWords: i32): usize {
  const row = rows + rowSize * <usize>rowCount;
  rowCount += 1;
  const states = row + 8 * <usize>(keyWords + headWords);
  for (let at = row; at < row + rowSize; at += 8) store<u64>(at, 0);
  for (let m = 0; m < metricCount; m++) {
    const at = states + metricOffset(m);
    const kind = metricKind(m);
    if (kind == LONG_MIN) store<i64>(at, i64.MAX_VALUE);
    else if (kind == LONG_MAX) store<i64>(at, i64.MIN_VALUE);
    else if (kind == DOUBLE_MIN) store<f64>(at, Infinity);
    else if (kind == DOUBLE_MAX) store<f64>(at, -Infinity);
  }
  return row;
}

/** Gives the rows room for keys of so many words, not fewer than before; moving them is the caller's. Returns the size before. */
export function widenRows(keyWords: i32): usize {
  const before = rowSize;
  rowSize = rowBytes(keyWords);
  reserveRows(0);
  return before;
}
