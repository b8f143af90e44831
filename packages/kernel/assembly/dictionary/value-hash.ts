// The hash of a value's bytes in the dictionaries, and their comparison. Not the fingerprint: this one never leaves the
// process. The low bits choose a slot, the high 32 are the tag.

const K1: u64 = 0x9e3779b185ebca87;
const K2: u64 = 0xc2b2ae3d27d4eb4f;
const K3: u64 = 0x165667b19e3779f9;

/** Values up to this length are compared as two words. */
export const SHORT: u32 = 16;

/** 16 bytes of ones, then 16 of zeros: 16 bytes from `ONES + 16 - n` on are a mask of the first n bytes. */
const ONES = memory.data<u64>([~(<u64>0), ~(<u64>0), 0, 0], 16);

/** The mask of the first `length` bytes, up to SHORT of them. */
// @ts-ignore: decorator
@inline
export function shortMask(length: u32): v128 {
  return v128.load(ONES + SHORT - length);
}

/** Of up to SHORT bytes, as two words with zeros behind the value. */
// @ts-ignore: decorator
@inline
export function hashShort(a: u64, b: u64, length: u32): u64 {
  let h = ((a + <u64>length) * K1) ^ rotl<u64>(b * K2, 32);
  h ^= h >> 32;
  h *= K3;
  return h ^ (h >> 29);
}

function hashLong(at: usize, length: u32): u64 {
  let h = <u64>length * K1;
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) h = rotl<u64>(h ^ load<u64>(at + i), 29) * K2;
  if (i < length) h = rotl<u64>(h ^ (load<u64>(at + i) & (~(<u64>0) >> (64 - 8 * (length - i)))), 29) * K2;
  h ^= h >> 32;
  h *= K3;
  return h ^ (h >> 29);
}

/** The hash of any value; SLACK bytes behind it are read. */
export function hashValue(at: usize, length: u32): u64 {
  if (length > SHORT) return hashLong(at, length);
  const bytes = v128.and(v128.load(at), shortMask(length));
  return hashShort(i64x2.extract_lane(bytes, 0), i64x2.extract_lane(bytes, 1), length);
}

/** Bytes behind both ends may be read, and are not compared. */
// @ts-ignore: decorator
@inline
export function sameBytes(a: usize, b: usize, length: u32): bool {
  let i: u32 = 0;
  while (i + 8 <= length) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
    i += 8;
  }
  if (i == length) return true;
  return ((load<u64>(a + i) ^ load<u64>(b + i)) << (64 - 8 * <u64>(length - i))) == 0;
}
