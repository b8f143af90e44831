// The memory in which frames are put together, one behind the other, until the host has written them to disk. It is used again
// for the next ones, and grows to the largest lot of them. `addresses` in it are places: they stay the same when it moves.
import { SLACK } from '../layout';
import { allocate, release } from '../memory';

const FIRST_BYTES: usize = 0x10000;

let buffer: usize = 0;
let capacity: usize = 0;
let used: usize = 0;

/** Where the frames begin; until more are added. */
export function frameBuffer(): usize {
  return buffer;
}

/** What is filled of it. */
export function frameBufferBytes(): usize {
  return used;
}

/** Starts anew, with nothing in it. */
export function clearFrames(): void {
  used = 0;
}

/** Room for so many bytes more, which are undefined; returns their place. */
export function extendFrames(bytes: usize): usize {
  const place = used;
  used += bytes;
  if (used + SLACK > capacity) grow(place);
  return place;
}

// @ts-ignore: decorator
@inline
export function addressOf(place: usize): usize {
  return buffer + place;
}

function grow(filled: usize): void {
  let wanted = capacity ? capacity : FIRST_BYTES;
  while (wanted < used + SLACK) wanted *= 2;
  const next = allocate(wanted);
  if (filled) memory.copy(next, buffer, filled);
  if (capacity) release(buffer, capacity);
  buffer = next;
  capacity = wanted;
}

/** Gives the memory back. */
export function releaseFrames(): void {
  if (capacity) release(buffer, capacity);
  buffer = 0;
  capacity = 0;
  used = 0;
}
