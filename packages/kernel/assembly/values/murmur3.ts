// MurmurHash3_x64_128 by Austin Appleby (public domain), the hash of `hm1`, in pieces: the callers load the words, because a
// key is mostly hashed where it stands. Per 16 bytes: `firstHalf`, `secondHalf`; at the end `finish`.

export const SEED: u64 = 0x00686d31;

const C1: u64 = 0x87c37b91114253d5;
const C2: u64 = 0x4cf5ad432745937f;

// @ts-ignore: decorator
@inline
function mix1(word: u64): u64 {
  return rotl<u64>(word * C1, 31) * C2;
}

// @ts-ignore: decorator
@inline
function mix2(word: u64): u64 {
  return rotl<u64>(word * C2, 33) * C1;
}

/** The first state word after a whole block's first word. */
// @ts-ignore: decorator
@inline
export function firstHalf(h1: u64, h2: u64, word: u64): u64 {
  return (rotl<u64>(h1 ^ mix1(word), 27) + h2) * 5 + 0x52dce729;
}

/** The second state word after a whole block's second word; `h1` is already that of {@link firstHalf}. */
// @ts-ignore: decorator
@inline
export function secondHalf(h1: u64, h2: u64, word: u64): u64 {
  return (rotl<u64>(h2 ^ mix2(word), 31) + h1) * 5 + 0x38495ab5;
}

// @ts-ignore: decorator
@inline
function avalanche(hash: u64): u64 {
  let h = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 33);
}

/**
 * Mixes in the last block, padded with zeros, and the length, and stores the hash: the first half, then the second. For an
 * empty last block both words are 0.
 */
// @ts-ignore: decorator
@inline
export function finish(h1: u64, h2: u64, word1: u64, word2: u64, length: u64, out: usize): void {
  let a = h1 ^ mix1(word1) ^ length;
  let b = h2 ^ mix2(word2) ^ length;
  a += b;
  b += a;
  a = avalanche(a);
  b = avalanche(b);
  a += b;
  b += a;
  store<u64>(out, a);
  store<u64>(out, b, 8);
}
