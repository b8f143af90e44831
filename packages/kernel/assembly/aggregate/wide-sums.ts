// The wide sums of this worker's groups, by number: WIDE_BYTES each (wide-sum.ts), one after the other. A group's sum comes
// here when it leaves the window of narrow-sum.ts, and stays.
import { WIDE } from '../group-row';
import { allocate, release } from '../memory';
import { isNarrow, narrowAdd, narrowToDouble } from './narrow-sum';
import { WIDE_BYTES, wideAdd, wideAddNarrow, wideAddWide, wideToDouble } from './wide-sum';

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

/** Adds a narrow sum to the double sum in this state, whichever it is. */
export function addNarrowSum(stateAt: usize, low: u64, high: u64): void {
  const sumLow = load<u64>(stateAt) + low;
  const sumHigh = load<u64>(stateAt, 8) + high + <u64>(sumLow < low);
  // No sum of two narrow ones wraps; a wide one has unequal top bits.
  if (isNarrow(load<u64>(stateAt, 8))) {
    if (isNarrow(sumHigh)) {
      store<u64>(stateAt, sumLow);
      store<u64>(stateAt, sumHigh, 8);
      return;
    }
    widen(stateAt);
  }
  wideAddNarrow(sums + WIDE_BYTES * <usize>load<u64>(stateAt), low, high);
}

/** Adds the wide sum at this address, which is none of these, to the double sum in this state, whichever it is. */
export function addWideSum(stateAt: usize, wide: usize): void {
  if (load<u64>(stateAt, 8) != WIDE) widen(stateAt);
  wideAddWide(sums + WIDE_BYTES * <usize>load<u64>(stateAt), wide);
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
