// A dictionary block: the values of one dimension, sorted and without duplicates. It holds no addresses, so it can be copied
// between workers. The value with rank r (1 is the first) is number r - 1.
//
//   count u32 | bytes u32 | offset u32[count + 1] | the values' bytes, one behind the other | zeros: at least 8, up to a multiple of 8
//
// The offsets count from the first value's first byte; the last one is `bytes`.

const HEADER: usize = 8;
const PADDING: usize = 8;

// @ts-ignore: decorator
@inline
export function blockCount(block: usize): i32 {
  return load<i32>(block);
}

// @ts-ignore: decorator
@inline
export function blockOffsets(block: usize): usize {
  return block + HEADER;
}

/** Where the bytes begin in a block of so many values. */
// @ts-ignore: decorator
@inline
export function blockValues(block: usize, count: i32): usize {
  return block + HEADER + 4 * (<usize>count + 1);
}

/** The size of a block. A number beyond 4 GiB says that it cannot be. */
export function dictionaryBlockBytes(count: i32, bytes: f64): f64 {
  const content = <f64>HEADER + 4 * (<f64>count + 1) + bytes;
  return Math.ceil(content / 8) * 8 + <f64>PADDING;
}

/** Header, last offset and padding; the values and the other offsets are there. */
export function closeDictionaryBlock(block: usize, count: i32, bytes: u32): void {
  store<i32>(block, count);
  store<u32>(block, bytes, 4);
  store<u32>(blockOffsets(block) + 4 * <usize>count, bytes);
  const end = block + <usize>dictionaryBlockBytes(count, <f64>bytes);
  let at = blockValues(block, count) + <usize>bytes;
  while (at < end) {
    store<u8>(at, 0);
    at++;
  }
}

/** Copies a value in words: up to 7 bytes behind it are read, and written. */
// @ts-ignore: decorator
@inline
export function copyValue(to: usize, from: usize, length: u32): void {
  for (let i: u32 = 0; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
}
