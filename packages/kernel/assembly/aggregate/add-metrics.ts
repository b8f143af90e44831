// Adds selected rows of a batch to their groups' states, a loop a metric. Reads the columns of values and `groupOf`
// (find-groups.ts); writes head and states of the rows (group-row.ts).
//
// 2 ns a row and metric, double sums 5: see add-double-sum.ts. Columns without a missing value are not asked for validity.
import { columnCount, nullsAt, validAt, valueAt } from '../batch';
import {
  columnBit,
  columnWord,
  DOUBLE_MAX,
  DOUBLE_MIN,
  DOUBLE_SUM,
  headWords,
  LONG_MAX,
  LONG_MIN,
  LONG_SUM,
  metricColumn,
  metricCount,
  metricKind,
  metricOffset,
} from '../group-row';
import { addDoubleSum } from './add-double-sum';
import { groupOf } from './find-groups';

/** The rows of the selection that have a value in the column at hand, and their groups. */
const validRows = memory.data(4 * 512, 64);
const validGroups = memory.data(4 * 512, 64);

/** Of up to GROUP rows. `selection`: u32 each. */
export function addMetrics(batch: usize, selection: usize, rows: i32, keyWords: i32): void {
  const head: usize = 8 * <usize>keyWords;
  const states: usize = head + 8 * <usize>headWords;
  const count = <usize>rows;
  if (load<u32>(nullsAt(batch)) == 0) {
    addToHeads(count, head, allBits(0));
    for (let w = 1; w < headWords; w++) setBits(groupOf, count, head + 8 * <usize>w, allBits(w));
    for (let m = 0; m < metricCount; m++) addMetric(m, valueAt(batch, metricColumn(m)), selection, groupOf, count, states);
    return;
  }
  addToHeads(count, head, 0);
  for (let c = 0; c < columnCount; c++) {
    const valid = chooseValid(validAt(batch, c), selection, count);
    setBits(validGroups, valid, head + 8 * <usize>columnWord(c), columnBit(c));
    for (let m = 0; m < metricCount; m++) {
      if (metricColumn(m) == c) addMetric(m, valueAt(batch, c), validRows, validGroups, valid, states);
    }
  }
}

/** The bits of all columns in one head word. */
function allBits(word: i32): u64 {
  let bits: u64 = 0;
  for (let c = 0; c < columnCount; c++) if (columnWord(c) == word) bits |= columnBit(c);
  return bits;
}

function addToHeads(count: usize, head: usize, bits: u64): void {
  for (let q: usize = 0; q < count; q++) {
    const at = <usize>load<u32>(groupOf + 4 * q) + head;
    store<u64>(at, (load<u64>(at) + 1) | bits);
  }
}

function setBits(groups: usize, count: usize, offset: usize, bits: u64): void {
  for (let q: usize = 0; q < count; q++) {
    const at = <usize>load<u32>(groups + 4 * q) + offset;
    store<u64>(at, load<u64>(at) | bits);
  }
}

function chooseValid(valid: usize, selection: usize, count: usize): usize {
  let n: usize = 0;
  for (let q: usize = 0; q < count; q++) {
    const row = load<u32>(selection + 4 * q);
    store<u32>(validRows + 4 * n, row);
    store<u32>(validGroups + 4 * n, load<u32>(groupOf + 4 * q));
    n += <usize>load<u8>(valid + <usize>row);
  }
  return n;
}

function addMetric(metric: i32, column: usize, rows: usize, groups: usize, count: usize, states: usize): void {
  const offset = states + metricOffset(metric);
  switch (metricKind(metric)) {
    case LONG_SUM:
      addLongSum(column, rows, groups, count, offset);
      break;
    case DOUBLE_SUM:
      addDoubleSum(column, rows, groups, count, offset);
      break;
    case LONG_MIN:
      addLongMin(column, rows, groups, count, offset);
      break;
    case LONG_MAX:
      addLongMax(column, rows, groups, count, offset);
      break;
    case DOUBLE_MIN:
      addDoubleMin(column, rows, groups, count, offset);
      break;
    case DOUBLE_MAX:
      addDoubleMax(column, rows, groups, count, offset);
      break;
    default:
      unreachable();
  }
}

function addLongSum(column: usize, rows: usize, groups: usize, count: usize, offset: usize): void {
  for (let q: usize = 0; q < count; q++) {
    const at = <usize>load<u32>(groups + 4 * q) + offset;
    const value = load<i64>(column + 8 * <usize>load<u32>(rows + 4 * q));
    const low = load<u64>(at) + <u64>value;
    store<u64>(at, low);
    store<u64>(at, load<u64>(at, 8) + <u64>(value >> 63) + <u64>(low < <u64>value), 8);
  }
}

function addLongMin(column: usize, rows: usize, groups: usize, count: usize, offset: usize): void {
  for (let q: usize = 0; q < count; q++) {
    const at = <usize>load<u32>(groups + 4 * q) + offset;
    const value = load<i64>(column + 8 * <usize>load<u32>(rows + 4 * q));
    const state = load<i64>(at);
    store<i64>(at, value < state ? value : state);
  }
}

function addLongMax(column: usize, rows: usize, groups: usize, count: usize, offset: usize): void {
  for (let q: usize = 0; q < count; q++) {
    const at = <usize>load<u32>(groups + 4 * q) + offset;
    const value = load<i64>(column + 8 * <usize>load<u32>(rows + 4 * q));
    const state = load<i64>(at);
    store<i64>(at, value > state ? value : state);
  }
}

function addDoubleMin(column: usize, rows: usize, groups: usize, count: usize, offset: usize): void {
  for (let q: usize = 0; q < count; q++) {
    const at = <usize>load<u32>(groups + 4 * q) + offset;
    const value = load<f64>(column + 8 * <usize>load<u32>(rows + 4 * q));
    const state = load<f64>(at);
    store<f64>(at, value < state ? value : state);
  }
}

function addDoubleMax(column: usize, rows: usize, groups: usize, count: usize, offset: usize): void {
  for (let q: usize = 0; q < count; q++) {
    const at = <usize>load<u32>(groups + 4 * q) + offset;
    const value = load<f64>(column + 8 * <usize>load<u32>(rows + 4 * q));
    const state = load<f64>(at);
    store<f64>(at, value > state ? value : state);
  }
}
