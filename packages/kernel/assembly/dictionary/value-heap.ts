// The bytes of all dictionaries' values: segments that are never moved, so that the address of a value is for good. Values
// are aligned to 8 bytes. What lies behind a value's end is undefined, and can be read.
//
// A segment begins with: the segment before it u32 | its bytes u32.
import { allocate, release } from '../memory';
import { SLACK } from '../layout';

const FIRST_SEGMENT: usize = 0x10000;
const LAST_SEGMENT: usize = 0x400000;
const HEADER: usize = 8;

let next: usize = 0;
let end: usize = 0;
let last: usize = 0;
let segmentBytes: usize = 0;
let heldBytes: f64 = 0;

export function heapBytes(): f64 {
  return heldBytes;
}

/** Copies a value to the heap. SLACK bytes behind its end are read. */
export function keepBytes(at: usize, length: u32): usize {
  const size = (<usize>length + 7) & ~7;
  if (size > end - next) open(size);
  const to = next;
  next += size;
  if (size > 64) memory.copy(to, at, length);
  else for (let i: usize = 0; i < size; i += 8) store<u64>(to + i, load<u64>(at + i));
  return to;
}

function open(size: usize): void {
  segmentBytes = segmentBytes == 0 ? FIRST_SEGMENT : segmentBytes < LAST_SEGMENT ? 2 * segmentBytes : LAST_SEGMENT;
  const least = HEADER + size + SLACK;
  const wanted = least > segmentBytes ? least : segmentBytes;
  const segment = allocate(wanted);
  store<u32>(segment, <u32>last);
  store<u32>(segment, <u32>wanted, 4);
  last = segment;
  next = segment + HEADER;
  end = segment + wanted - SLACK;
  heldBytes += <f64>wanted;
}

/** Gives all memory back. */
export function emptyHeap(): void {
  while (last) {
    const before = <usize>load<u32>(last);
    release(last, <usize>load<u32>(last, 4));
    last = before;
  }
  next = 0;
  end = 0;
  segmentBytes = 0;
  heldBytes = 0;
}
