// The rows that a template is being matched with, each with a cursor: the place in its text up to which it matched.
//
//   liveRow[k] u32  4 * row (so that it is the offset in an array of u32)
//   liveAt[k]  u32  the cursor; 0 when the row has left the list in this column
//   nextWaiting[row] u32, waitingAt[row] u32   rows that enter at a later element: list and cursor
//   strayed[row] u8  1 when a template sent the row on a detour
//   done[row]  u8   1 when the row's spans are complete or the row is a PUNT
import { setWaiting, waitingAt as waitingHead } from './template';

export const liveRow = memory.data(4 * 144, 16);
export const liveAt = memory.data(4 * 144, 16);
export const done = memory.data(144, 16);
export const strayed = memory.data(144, 16);
const nextWaiting = memory.data(4 * 144, 16);
const waitingCursor = memory.data(4 * 144, 16);

/** Rows that wait at elements to come. */
export let waiting: i32 = 0;
/** Rows that left the list in this column. */
export let left: i32 = 0;

/** Takes the k-th row off the list; the list stays as it is until {@link closeRanks}. Returns 0, the cursor of such rows. */
export function leave(k: usize): usize {
  store<u32>(liveAt + k, 0);
  left++;
  return 0;
}

/** Lets a row wait at an element, with this cursor. */
export function wait(row: usize, element: usize, cursor: usize): void {
  store<u32>(nextWaiting + 4 * row, waitingHead(element));
  store<u32>(waitingCursor + 4 * row, <u32>cursor);
  setWaiting(element, <u32>row + 1);
  waiting++;
}

/** Adds the rows that wait at this element to a list of so many; returns how many there are then. */
export function admit(element: usize, rows: i32): i32 {
  let head = waitingHead(element);
  if (!head) return rows;
  setWaiting(element, 0);
  while (head) {
    const row = head - 1;
    store<u32>(liveRow + 4 * rows, row << 2);
    store<u32>(liveAt + 4 * rows, load<u32>(waitingCursor + 4 * <usize>row));
    rows++;
    waiting--;
    head = load<u32>(nextWaiting + 4 * <usize>row);
  }
  return rows;
}

/** Removes the rows that left; returns how many remain. */
export function closeRanks(rows: i32): i32 {
  let kept: i32 = 0;
  for (let k: i32 = 0; k < rows; k++) {
    const cursor = load<u32>(liveAt + 4 * k);
    store<u32>(liveAt + 4 * kept, cursor);
    store<u32>(liveRow + 4 * kept, load<u32>(liveRow + 4 * k));
    kept += <i32>(cursor != 0);
  }
  left = 0;
  return kept;
}
