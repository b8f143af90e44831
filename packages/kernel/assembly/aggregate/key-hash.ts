// The hash of a packed group key. The low bits choose a slot, the high 32 are the tag: every bit of the key reaches both, as
// codes are small numbers that differ in few bits.

const K1: u64 = 0x9e3779b185ebca87;
const K2: u64 = 0x165667b19e3779f9;

export const KEY_SEED: u64 = 0xff51afd7ed558ccd;

// @ts-ignore: decorator
@inline
export function mixWord(hash: u64, word: u64): u64 {
  return rotl<u64>(hash ^ word, 29) * K1;
}

// @ts-ignore: decorator
@inline
export function finishHash(hash: u64): u64 {
  let h = hash ^ (hash >> 32);
  h *= K2;
  return h ^ (h >> 29);
}

/** Of a key of so many words. */
export function keyHash(key: usize, words: i32): u64 {
  let h = KEY_SEED;
  for (let w: usize = 0; w < <usize>words; w++) h = mixWord(h, load<u64>(key + 8 * w));
  return finishHash(h);
}
