// The order of dictionary values: unsigned bytes, and of two that agree so far the shorter first. The first eight bytes as one
// big-endian number, padded with zeros, decide most comparisons; where these are equal, the rest and the lengths do.
//
// Up to 7 bytes behind a value are read: heaps and dictionary blocks have room there.

const ALL: u64 = 0xffffffffffffffff;

// @ts-ignore: decorator
@inline
export function bigEndian(word: u64): u64 {
  return bswap<u64>(word);
}

/** The first eight of `length` bytes, as a number that compares like them; zeros stand for bytes that are not there. */
// @ts-ignore: decorator
@inline
export function prefixOf(at: usize, length: u32): u64 {
  const word = bigEndian(load<u64>(at));
  if (length >= 8) return word;
  return length == 0 ? 0 : word & (ALL << <u64>(64 - 8 * length));
}

/** Below, at or above 0 as a stands before, at or behind b. Both are known to agree in the first `from` bytes and to have them. */
export function compareBytes(a: usize, aLength: u32, b: usize, bLength: u32, from: u32): i32 {
  const common = aLength < bLength ? aLength : bLength;
  let at = from;
  while (at < common) {
    const left = common - at;
    const x = prefixOf(a + at, left);
    const y = prefixOf(b + at, left);
    if (x != y) return x < y ? -1 : 1;
    at += 8;
  }
  return aLength == bLength ? 0 : aLength < bLength ? -1 : 1;
}

/** How many bytes two values have in common at their start. */
export function commonPrefix(a: usize, aLength: u32, b: usize, bLength: u32): u32 {
  const common = aLength < bLength ? aLength : bLength;
  let at: u32 = 0;
  while (at < common) {
    const left = common - at;
    const differing = prefixOf(a + at, left) ^ prefixOf(b + at, left);
    if (differing) return at + (<u32>clz<u64>(differing) >> 3);
    at += 8;
  }
  return common;
}
