// Turns merged group rows into columns: unpacks their keys, rounds their sums, and counts totals.
//
// Reads rows by address (u32 each, see `listRow`); writes merged-columns.ts. A loop a column over FINISH_ROWS rows, which lie in the
// caches. 1-2 ns a row and column, more for a double sum.
// States of double sums are kept as they are, too, where they are wanted (merged-sums.ts).
//
// A sum that its type cannot hold is a fault: of the first row that has one, the first metric. Its value in the column means nothing.
import { narrowToDouble } from '../aggregate/narrow-sum';
import { wideToDouble } from '../aggregate/wide-sum';
import { dimensionCount } from '../batch';
import {
  DOUBLE_SUM,
  EVENTS_MASK,
  LONG_SUM,
  WIDE,
  columnBit,
  columnWord,
  fieldBits,
  fieldShift,
  fieldWord,
  headWords,
  keyWordsOf,
  metricColumn,
  metricCount,
  metricKind,
  metricOffset,
} from '../group-row';
import { allocate, release } from '../memory';
import { globalKeyLayout } from './key-groups';
import { keepSum, reserveSums, sumsAreKept } from './merged-sums';
import { mergedBucket, mergedEvents, mergedRank, mergedValid, mergedValue } from './merged-columns';

/** Rows are finished by so many. */
export const FINISH_ROWS: i32 = 256;
const rows = memory.data(4 * 256, 16);

const NO_FAULT: i32 = 0;
const LONG_FAULT: i32 = 1;
const DOUBLE_FAULT: i32 = 2;

/** sum i128 | rows without a value u64 | unused u64 */
const TOTAL: usize = 32;
/** By metric, behind that of the events. */
let totals: usize = 0;
let totalsBytes: usize = 0;

let faultKind: i32 = 0;
let faultMetric: i32 = 0;
let faultRow: i32 = 0;
/** The long sum that does not fit: i128. */
const faultSum = memory.data(16, 16);

/** Sets the totals to 0. */
export function openFinish(): void {
  if (totals) release(totals, totalsBytes);
  totalsBytes = TOTAL * <usize>(1 + metricCount);
  totals = allocate(totalsBytes);
  memory.fill(totals, 0, totalsBytes);
  clearFault();
}

export function clearFault(): void {
  faultKind = NO_FAULT;
}

/** Whether a sum of the last `mergeNext` is out of range: 0 none, 1 a longSum outside 64 bits, 2 a doubleSum that overflows. */
export function mergeFault(): i32 {
  return faultKind;
}
export function mergeFaultMetric(): i32 {
  return faultMetric;
}
/** The row in the columns. */
export function mergeFaultRow(): i32 {
  return faultRow;
}
/** The address of the sum that does not fit (i128, low word first), of a long fault. */
export function mergeFaultSum(): usize {
  return faultSum;
}

/** The address of the sum over all rows merged so far (i128, low word first), of a LONG_SUM; metric -1 is the events. Others are 0. */
export function mergedTotal(metric: i32): usize {
  return totals + TOTAL * <usize>(1 + metric);
}

/** Of all rows merged so far, how many have no value of the metric. */
export function mergedNulls(metric: i32): f64 {
  return <f64>load<u64>(mergedTotal(metric), 16);
}

// @ts-ignore: decorator
@inline
export function listRow(index: i32, row: usize): void {
  store<u32>(rows + 4 * <usize>index, <u32>row);
}

/** Writes the first `count` listed rows to the columns, from row `first` on. */
export function finishRows(first: i32, count: i32): void {
  const layout = globalKeyLayout();
  const head: usize = 8 * <usize>keyWordsOf(layout);
  finishKeys(first, count);
  finishEvents(mergedEvents() + 8 * <usize>first, count, head);
  for (let m = 0; m < metricCount; m++) {
    const column = metricColumn(m);
    const valid = mergedValid(m) + <usize>first;
    const out = mergedValue(m) + 8 * <usize>first;
    const state: usize = head + 8 * <usize>headWords + metricOffset(m);
    const kind = metricKind(m);
    const nulls = finishValid(valid, count, head + 8 * <usize>columnWord(column), <u64>ctz<u64>(columnBit(column)));
    store<u64>(mergedTotal(m), load<u64>(mergedTotal(m), 16) + nulls, 16);
    if (kind == LONG_SUM) finishLongSums(m, first, out, valid, count, state);
    else if (kind == DOUBLE_SUM) finishDoubleSums(m, first, out, valid, count, state);
    else finishExtremes(out, valid, count, state);
  }
}

// @ts-ignore: decorator
@inline
function rowAt(index: i32): usize {
  return <usize>load<u32>(rows + 4 * <usize>index);
}

function finishKeys(first: i32, count: i32): void {
  const layout = globalKeyLayout();
  for (let field = 0; field <= dimensionCount; field++) {
    const word: usize = 8 * <usize>fieldWord(layout, field);
    const shift = <u64>fieldShift(layout, field);
    const mask = ((<u64>1) << <u64>fieldBits(layout, field)) - 1;
    const out = (field == 0 ? mergedBucket() : mergedRank(field - 1)) + 4 * <usize>first;
    for (let i = 0; i < count; i++) store<u32>(out + 4 * <usize>i, <u32>((load<u64>(rowAt(i) + word) >> shift) & mask));
  }
}

function finishEvents(out: usize, count: i32, head: usize): void {
  let sum: u64 = 0;
  for (let i = 0; i < count; i++) {
    const events = load<u64>(rowAt(i) + head) & EVENTS_MASK;
    store<u64>(out + 8 * <usize>i, events);
    sum += events;
  }
  addToTotal(-1, sum, 0);
}

/** Returns how many have no value. */
function finishValid(out: usize, count: i32, word: usize, bit: u64): u64 {
  let values: u64 = 0;
  for (let i = 0; i < count; i++) {
    const valid = (load<u64>(rowAt(i) + word) >> bit) & 1;
    store<u8>(out + <usize>i, <u8>valid);
    values += valid;
  }
  return <u64>count - values;
}

function finishLongSums(metric: i32, first: i32, out: usize, valid: usize, count: i32, state: usize): void {
  let sumLow: u64 = 0;
  let sumHigh: u64 = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(i) + state;
    const mask = -<u64>load<u8>(valid + <usize>i);
    const low = load<u64>(row) & mask;
    const high = load<u64>(row, 8) & mask;
    store<u64>(out + 8 * <usize>i, low);
    sumLow += low;
    sumHigh += high + <u64>(sumLow < low);
    if (high != <u64>(<i64>low >> 63)) {
      if (fault(LONG_FAULT, metric, first + i)) {
        store<u64>(faultSum, low);
        store<u64>(faultSum, high, 8);
      }
    }
  }
  addToTotal(metric, sumLow, sumHigh);
}

function finishDoubleSums(metric: i32, first: i32, out: usize, valid: usize, count: i32, state: usize): void {
  for (let i = 0; i < count; i++) {
    const row = rowAt(i) + state;
    const high = load<u64>(row, 8);
    let sum: f64 = 0;
    if (load<u8>(valid + <usize>i)) {
      sum = high == WIDE ? wideToDouble(<usize>load<u64>(row)) : narrowToDouble(load<u64>(row), high);
    }
    store<f64>(out + 8 * <usize>i, sum);
    if (sum != sum) fault(DOUBLE_FAULT, metric, first + i);
  }
  if (sumsAreKept()) keepDoubleSums(metric, first, valid, count, state);
}

function keepDoubleSums(metric: i32, first: i32, valid: usize, count: i32, state: usize): void {
  reserveSums(metric, count);
  for (let i = 0; i < count; i++) {
    const row = rowAt(i) + state;
    keepSum(metric, first + i, load<u8>(valid + <usize>i) != 0, load<u64>(row), load<u64>(row, 8));
  }
}

/** Minima and maxima of longs and doubles: as they are. */
function finishExtremes(out: usize, valid: usize, count: i32, state: usize): void {
  for (let i = 0; i < count; i++) {
    store<u64>(out + 8 * <usize>i, load<u64>(rowAt(i) + state) & -<u64>load<u8>(valid + <usize>i));
  }
}

function addToTotal(metric: i32, low: u64, high: u64): void {
  const total = mergedTotal(metric);
  const sum = load<u64>(total) + low;
  store<u64>(total, sum);
  store<u64>(total, load<u64>(total, 8) + high + <u64>(sum < low), 8);
}

/** True when this is the first fault by row, then by metric. */
function fault(kind: i32, metric: i32, row: i32): bool {
  if (faultKind != NO_FAULT) {
    if (row > faultRow || (row == faultRow && metric > faultMetric)) return false;
  }
  faultKind = kind;
  faultMetric = metric;
  faultRow = row;
  return true;
}
