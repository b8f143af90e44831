// The bytes of all dictionaries' values: segments that are never moved, so that the address of a value is for good. Values
// are aligned to 8 bytes. What lies behind a value's end is undefined, and can be read.
import { allocate } from '../memory';
import { SLACK } from '../layout';

const FIRST_SEGMENT: usize = 0x10000;
const LAST_SEGMENT: usize = 0x400000;

let next: usize = 0;
let end: usize = 0;
let segment: usize = 0;
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
  segment = segment == 0 ? FIRST_SEGMENT : segment < LAST_SEGMENT ? 2 * segment : LAST_SEGMENT;
  const wanted = size + SLACK > segment ? size + SLACK : segment;
  next = allocate(wanted);
  end = next + wanted - SLACK;
  heldBytes += <f64>wanted;
}
