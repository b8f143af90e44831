// The wide sums of this worker's groups, by number: WIDE_BYTES each (wide-sum.ts), one after the other. A group's sum comes
// here when it leaves the window of narrow-sum.ts, and stays.
import { WIDE } from '../group-row';
import { allocate, release } from '../memory';
import { narrowAdd, narrowToDouble } from './narrow-sum';
import { WIDE_BYTES, wideAdd, wideAddNarrow, wideToDouble } from './wide-sum';

const FIRST_CAPACITY: i32 = 64;

let sums: usize = 0;
let sumCount: i32 = 0;
let capacity: i32 = 0;

/** The array of wide sums; valid until the next batch is aggregated. */
export function wideSums(): usize {
  return sums;
}

export function wideCount(): i32 {
  return sumCount;
}

/** Adds a finite double to the double sum in this state of a group row, which leaves the window or has left it. */
export function addWide(stateAt: usize, bits: u64): void {
  if (load<u64>(stateAt, 8) != WIDE) widen(stateAt);
  wideAdd(sums + WIDE_BYTES * <usize>load<u64>(stateAt), bits);
}

function widen(stateAt: usize): void {
  if (sumCount == capacity) grow();
  const at = sums + WIDE_BYTES * <usize>sumCount;
  memory.fill(at, 0, WIDE_BYTES);
  wideAddNarrow(at, load<u64>(stateAt), load<u64>(stateAt, 8));
  store<u64>(stateAt, <u64>sumCount);
  store<u64>(stateAt, WIDE, 8);
  sumCount += 1;
}

function grow(): void {
  const wanted = capacity ? 2 * capacity : FIRST_CAPACITY;
  const next = allocate(WIDE_BYTES * <usize>wanted);
  if (capacity) {
    memory.copy(next, sums, WIDE_BYTES * <usize>sumCount);
    release(sums, WIDE_BYTES * <usize>capacity);
  }
  sums = next;
  capacity = wanted;
}

/** Adds a finite double to the double sum in this state, whichever it is. */
export function addDouble(stateAt: usize, bits: u64): void {
  if (!narrowAdd(stateAt, bits)) addWide(stateAt, bits);
}

/** The nearest double of the sum in this state; NaN when it overflows. */
export function sumToDouble(stateAt: usize): f64 {
  const hi = load<u64>(stateAt, 8);
  if (hi != WIDE) return narrowToDouble(load<u64>(stateAt), hi);
  return wideToDouble(sums + WIDE_BYTES * <usize>load<u64>(stateAt));
}

export function wideBytes(): f64 {
  return <f64>WIDE_BYTES * <f64>capacity;
}

export function closeWide(): void {
  if (capacity) release(sums, WIDE_BYTES * <usize>capacity);
  sumCount = 0;
  capacity = 0;
}
