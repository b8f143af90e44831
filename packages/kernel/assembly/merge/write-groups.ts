// Writes a range of the sorted groups as a run.
//
// Reads the sorted records and the group table; writes rows with global keys and renumbered wide sums. Rows lie in the order of
// arrival, so each is a cache miss: they are touched first, by so many that they stay in the L1 cache. 8-18 ns a row of 64 bytes.
import { groupKeyLayout, groupRows, wideCount, wideSums } from '../aggregate/exports';
import { WIDE_BYTES } from '../aggregate/wide-sum';
import {
  DOUBLE_SUM,
  WIDE,
  headWords,
  keyWordsOf,
  metricCount,
  metricKind,
  metricOffset,
  rowBytes,
  stateBytes,
} from '../group-row';
import { globalKeyLayout, keyedGroups, keyedStride } from './key-groups';
import { runBytes, runRowsAt, setRunHeader, setRunWides } from './run';

const STRIDE: i32 = 256;
const CACHE_LINE: usize = 64;

let touched: u64 = 0;

/** The size of a run of the sorted groups in [from, to). */
export function groupsBytes(from: i32, to: i32): f64 {
  const wides = wideCount() == 0 ? 0 : countWides(from, to);
  return runBytes(to - from, keyWordsOf(globalKeyLayout()), wides);
}

/** Writes the run of the sorted groups in [from, to) to `out`, a multiple of 8. */
export function writeGroups(from: i32, to: i32, out: usize): void {
  const words = keyWordsOf(globalKeyLayout());
  setRunHeader(out, to - from, words);
  const rows = runRowsAt(out);
  const size = rowBytes(words);
  for (let first = from; first < to; first += STRIDE) {
    const end = min(first + STRIDE, to);
    touchRows(first, end, words);
    copyRows(first, end, words, rows + size * <usize>(first - from));
  }
  setRunWides(out, wideCount() == 0 ? 0 : moveWides(rows, to - from, words));
}

// @ts-ignore: decorator
@inline
function groupOf(index: i32, words: i32): usize {
  return <usize>load<u32>(keyedGroups() + keyedStride(words) * <usize>index + 8 * <usize>words);
}

function touchRows(first: i32, end: i32, words: i32): void {
  const rows = groupRows();
  const size = rowBytes(keyWordsOf(groupKeyLayout()));
  const stride = keyedStride(words);
  const from = keyedGroups() + 8 * <usize>words;
  let sum: u64 = 0;
  for (let line: usize = 0; line < size; line += CACHE_LINE) {
    for (let i = first; i < end; i++) sum += load<u64>(rows + line + size * <usize>load<u32>(from + stride * <usize>i));
  }
  touched += sum;
}

function copyRows(first: i32, end: i32, words: i32, out: usize): void {
  const ownWords = keyWordsOf(groupKeyLayout());
  const ownSize = rowBytes(ownWords);
  const content = groupRows() + 8 * <usize>ownWords;
  const keyBytes: usize = 8 * <usize>words;
  const contentEnd: usize = keyBytes + 8 * <usize>headWords + stateBytes;
  const size = rowBytes(words);
  const stride = keyedStride(words);
  let record = keyedGroups() + stride * <usize>first;
  const recordEnd = keyedGroups() + stride * <usize>end;
  while (record < recordEnd) {
    let at: usize = 0;
    for (; at < keyBytes; at += 8) store<u64>(out + at, load<u64>(record + at));
    const from: usize = content + ownSize * <usize>load<u32>(record + keyBytes) - keyBytes;
    for (; at < contentEnd; at += 8) store<u64>(out + at, load<u64>(from + at));
    for (; at < size; at += 8) store<u64>(out + at, 0);
    record += stride;
    out += size;
  }
}

function countWides(from: i32, to: i32): i32 {
  const ownWords = keyWordsOf(groupKeyLayout());
  const words = keyWordsOf(globalKeyLayout());
  const states = groupRows() + 8 * <usize>(ownWords + headWords);
  let count = 0;
  for (let m = 0; m < metricCount; m++) {
    if (metricKind(m) != DOUBLE_SUM) continue;
    const high = states + metricOffset(m) + 8;
    for (let i = from; i < to; i++) count += i32(load<u64>(high + rowBytes(ownWords) * groupOf(i, words)) == WIDE);
  }
  return count;
}

/** Copies the wide sums of the run's rows behind them, and numbers them anew; returns how many. */
function moveWides(rows: usize, count: i32, words: i32): i32 {
  const size = rowBytes(words);
  const states = rows + 8 * <usize>(words + headWords);
  const wides = rows + size * <usize>count;
  let moved = 0;
  for (let m = 0; m < metricCount; m++) {
    if (metricKind(m) != DOUBLE_SUM) continue;
    for (let i = 0; i < count; i++) {
      const state = states + size * <usize>i + metricOffset(m);
      if (load<u64>(state, 8) != WIDE) continue;
      memory.copy(wides + WIDE_BYTES * <usize>moved, wideSums() + WIDE_BYTES * <usize>load<u64>(state), WIDE_BYTES);
      store<u64>(state, <u64>moved);
      moved++;
    }
  }
  return moved;
}
