// Merges two sorted groups of rows: finds out which rows follow one another, and which are of one group. Copies nothing.
//
// Reads an order, u32 each:
//
//   times of the left rows | times of the right rows (i64 by row) | dimensions
//   then by dimension: left ranks | left table | right ranks | right table   (u32 by row; u32 by rank - 1: in the order of both)
//
// and a state, u32 each: left row | right row | rows so far | runs | touches. Writes runs (side 0 left or 1 right, from, to; u32 each)
// and, for each right row that equals a left one, the number of the left one among all rows so far, and the right row.
// 5 ns a row and dimension that decides.

const DIMENSIONS: usize = 12;
const DIMENSION: usize = 16;

const RIGHT: usize = 4;
const ROWS: usize = 8;
const RUNS: usize = 12;
const TOUCHES: usize = 16;
const RUN: usize = 12;

/** Below, at or above 0 as the left row stands before, at or behind the right one. */
// @ts-ignore: decorator
@inline
function compareRows(order: usize, left: usize, right: usize): i32 {
  const leftTime = load<i64>(<usize>load<u32>(order) + 8 * left);
  const rightTime = load<i64>(<usize>load<u32>(order, 4) + 8 * right);
  if (leftTime != rightTime) return leftTime < rightTime ? -1 : 1;
  const end = order + DIMENSIONS + DIMENSION * <usize>load<u32>(order, 8);
  for (let at = order + DIMENSIONS; at < end; at += DIMENSION) {
    const a = rankIn(at, left);
    const b = rankIn(at + 8, right);
    if (a != b) return a < b ? -1 : 1;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function rankIn(at: usize, row: usize): u32 {
  const rank = <usize>load<u32>(<usize>load<u32>(at) + 4 * row);
  return rank ? load<u32>(<usize>load<u32>(at, 4) + 4 * rank - 4) : 0;
}

// @ts-ignore: decorator
@inline
function addRun(state: usize, runs: usize, side: u32, from: usize, to: usize): void {
  if (from == to) return;
  const count = load<u32>(state, RUNS);
  const run = runs + RUN * <usize>count;
  store<u32>(run, side);
  store<u32>(run, <u32>from, 4);
  store<u32>(run, <u32>to, 8);
  store<u32>(state, count + 1, RUNS);
}

/** Until one side is at its end, or `capacity` rows are reached. The arrays need room for as many entries. */
export function interleave(
  order: usize,
  state: usize,
  leftEnd: usize,
  rightEnd: usize,
  capacity: usize,
  runs: usize,
  touchTo: usize,
  touchFrom: usize,
): void {
  let left = <usize>load<u32>(state);
  let right = <usize>load<u32>(state, RIGHT);
  let rows = <usize>load<u32>(state, ROWS);
  let touches = <usize>load<u32>(state, TOUCHES);
  let from = left;
  while (left < leftEnd && right < rightEnd && rows < capacity) {
    const apart = compareRows(order, left, right);
    if (apart > 0) {
      addRun(state, runs, 0, from, left);
      from = right;
      do {
        right++;
        rows++;
      } while (right < rightEnd && rows < capacity && compareRows(order, left, right) > 0);
      addRun(state, runs, 1, from, right);
      from = left;
      continue;
    }
    if (apart == 0) {
      store<u32>(touchTo + 4 * touches, <u32>rows);
      store<u32>(touchFrom + 4 * touches, <u32>right);
      touches++;
      right++;
    }
    left++;
    rows++;
  }
  addRun(state, runs, 0, from, left);
  store<u32>(state, <u32>left);
  store<u32>(state, <u32>right, RIGHT);
  store<u32>(state, <u32>rows, ROWS);
  store<u32>(state, <u32>touches, TOUCHES);
}
