// Which keys of the table of keys (key-table.ts) were known before the first record: a bit a slot, and one for the fingerprint 0,0. There is no memory for it until
// the first such key comes, so nothing is asked of a run without any.
import { allocateZeroed, release } from '../memory';

let marks: usize = 0;
let marksBytes: usize = 0;
let marked: f64 = 0;
let zeroIsMarked: bool = false;

// @ts-ignore: decorator
@inline
export function hasMarks(): bool {
  return marks != 0;
}

/** Room for so many slots; those that had a bit before keep it. */
export function openMarks(slots: u32): void {
  const bytes = (<usize>slots + 7) >>> 3;
  if (bytes <= marksBytes) return;
  const next = allocateZeroed(bytes);
  if (marks) {
    memory.copy(next, marks, marksBytes);
    release(marks, marksBytes);
  }
  marks = next;
  marksBytes = bytes;
}

export function closeMarks(): void {
  if (marks) release(marks, marksBytes);
  marks = 0;
  marksBytes = 0;
  marked = 0;
  zeroIsMarked = false;
}

/** Keys that were known. */
export function knownKeys(): f64 {
  return marked;
}

export function countMarks(more: i32): void {
  marked += <f64>more;
}

export function markZero(): void {
  zeroIsMarked = true;
}

export function isZeroMarked(): bool {
  return zeroIsMarked;
}

// @ts-ignore: decorator
@inline
export function isMarked(slot: usize): bool {
  return ((load<u8>(marks + (slot >> 3)) >> <u8>(slot & 7)) & 1) != 0;
}

// @ts-ignore: decorator
@inline
export function setMark(slot: usize): void {
  const at = marks + (slot >> 3);
  store<u8>(at, load<u8>(at) | (<u8>1 << <u8>(slot & 7)));
}

/** Clears a bit; returns what it was. */
// @ts-ignore: decorator
@inline
export function takeMark(slot: usize): bool {
  const at = marks + (slot >> 3);
  const bits = load<u8>(at);
  const bit = <u8>1 << <u8>(slot & 7);
  store<u8>(at, bits & ~bit);
  return (bits & bit) != 0;
}
