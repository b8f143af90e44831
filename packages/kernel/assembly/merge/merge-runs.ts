// Merges runs of sorted groups: rows with equal keys become one, and finished rows are written to columns, in the order of
// their keys.
//
// Reads and uses up runs (rows are combined in place); writes merged-columns.ts. All runs are read from front to back, by a loser tree;
// a single run without one. Keys are combined wherever they meet, within a run too. 24 ns a row of 64 bytes for one run, 27-30
// for two, most of it in finish-rows.ts.
import {
  DOUBLE_SUM,
  WIDE,
  headWords,
  keyWordsOf,
  metricCount,
  metricKind,
  metricOffset,
  rowBytes,
} from '../group-row';
import { WIDE_BYTES } from '../aggregate/wide-sum';
import { allocate, release } from '../memory';
import { MAX_PAIRS, combinePairs, openCombine, reuseWides, setPair } from './combine-rows';
import { FINISH_ROWS, clearFault, finishRows, listRow, openFinish } from './finish-rows';
import { globalKeyLayout } from './key-groups';
import { ENDED, keyOf, openTree, playAgain, playAll, setKey, winner } from './loser-tree';
import { openColumns } from './merged-columns';
import { clearSums, openSums } from './merged-sums';
import { runRows, runRowsAt, runWides, runWidesAt } from './run';

// A cursor: next row u32 | behind the last row u32 | wide sums u32, 0 when there are none.
const CURSOR: usize = 12;

let cursors: usize = 0;
let runCount: i32 = 0;
let keyWords: i32 = 0;
let rowSize: usize = 0;
let rowCapacity: i32 = 0;

/** `runs`: addresses u32[n]. Columns get room for `capacity` rows. The runs must stay until the merge has ended, and serve no other. */
export function openMerge(runs: usize, n: i32, capacity: i32): void {
  if (cursors) release(cursors, CURSOR * <usize>runCount);
  cursors = allocate(CURSOR * <usize>n);
  runCount = n;
  keyWords = keyWordsOf(globalKeyLayout());
  rowSize = rowBytes(keyWords);
  rowCapacity = capacity;
  openColumns(capacity);
  openSums(capacity);
  openFinish();
  openCombine(FINISH_ROWS);
  for (let i = 0; i < n; i++) {
    const run = <usize>load<u32>(runs + 4 * <usize>i);
    const cursor = cursors + CURSOR * <usize>i;
    store<u32>(cursor, <u32>runRowsAt(run));
    store<u32>(cursor, <u32>(runRowsAt(run) + rowSize * <usize>runRows(run)), 4);
    store<u32>(cursor, runWides(run) ? <u32>runWidesAt(run) : 0, 8);
  }
  if (n < 2) return;
  openTree(n, isBefore);
  for (let i = 0; i < n; i++) setNextKey(i);
  playAll();
}

/**
 * Writes the next rows to the columns, from their start: at most `limit`, which is at most the capacity. Returns how many; 0 at the end.
 * `mergeFault` says whether a sum of these rows is out of range.
 */
export function mergeNext(limit: i32): i32 {
  const wanted = min(limit, rowCapacity);
  clearFault();
  clearSums();
  let rows = 0;
  while (rows < wanted) {
    const most = min(wanted - rows, FINISH_ROWS);
    const listed = runCount < 2 ? listOneRun(most) : listRows(most);
    if (listed == 0) break;
    finishRows(rows, listed);
    reuseWides();
    rows += listed;
  }
  return rows;
}

// @ts-ignore: decorator
@inline
function nextRow(input: i32): usize {
  return <usize>load<u32>(cursors + CURSOR * <usize>input);
}

// @ts-ignore: decorator
@inline
function endOf(input: i32): usize {
  return <usize>load<u32>(cursors + CURSOR * <usize>input, 4);
}

// @ts-ignore: decorator
@inline
function setNextKey(input: i32): void {
  const row = nextRow(input);
  setKey(input, row == endOf(input) ? ENDED : load<u64>(row));
}

/** Inputs whose next rows have the same first key word. */
function isBefore(a: i32, b: i32): bool {
  const x = nextRow(a);
  const y = nextRow(b);
  if (x == endOf(a)) return false;
  if (y == endOf(b)) return true;
  for (let at: usize = 8; at < 8 * <usize>keyWords; at += 8) {
    const p = load<u64>(x + at);
    const q = load<u64>(y + at);
    if (p != q) return p < q;
  }
  return a < b;
}

// @ts-ignore: decorator
@inline
function sameKey(a: usize, b: usize, words: i32): bool {
  for (let at: usize = 0; at < 8 * <usize>words; at += 8) {
    if (load<u64>(a + at) != load<u64>(b + at)) return false;
  }
  return true;
}

/** Takes the next row of an input; its wide sums are then known by their addresses. */
// @ts-ignore: decorator
@inline
function take(input: i32): usize {
  const cursor = cursors + CURSOR * <usize>input;
  const row = load<u32>(cursor);
  const wides = load<u32>(cursor, 8);
  store<u32>(cursor, row + <u32>rowSize);
  if (wides) placeWides(<usize>row, wides);
  return <usize>row;
}

function placeWides(row: usize, wides: u32): void {
  const states = row + 8 * <usize>(keyWords + headWords);
  for (let m = 0; m < metricCount; m++) {
    if (metricKind(m) != DOUBLE_SUM) continue;
    const state = states + metricOffset(m);
    if (load<u64>(state, 8) == WIDE) store<u64>(state, <u64>wides + <u64>WIDE_BYTES * load<u64>(state));
  }
}

/** Lists the next rows, up to so many, with all that have equal keys combined into them. Returns how many. */
function listRows(most: i32): i32 {
  const words = keyWords;
  let listed = 0;
  let pairs = 0;
  let row: usize = 0;
  let input = winner();
  while (true) {
    const next = nextRow(input);
    // The tree's winner has ended only when all have.
    if (next == endOf(input)) break;
    let same = false;
    if (row) same = sameKey(row, next, words);
    if (!same) {
      if (listed == most) break;
      row = next;
      listRow(listed, row);
      listed++;
    } else {
      if (pairs == MAX_PAIRS) {
        combinePairs(pairs, words);
        pairs = 0;
      }
      setPair(pairs, row, next);
      pairs++;
    }
    take(input);
    setNextKey(input);
    input = playAgain();
  }
  if (pairs) combinePairs(pairs, words);
  return listed;
}

/** As {@link listRows}, of one run. */
function listOneRun(most: i32): i32 {
  const words = keyWords;
  let listed = 0;
  let row: usize = 0;
  if (runCount == 0) return 0;
  const end = endOf(0);
  while (true) {
    const next = nextRow(0);
    if (next == end) break;
    if (row && sameKey(row, next, words)) {
      take(0);
      setPair(0, row, next);
      combinePairs(1, words);
      continue;
    }
    if (listed == most) break;
    row = take(0);
    listRow(listed, row);
    listed++;
  }
  return listed;
}
