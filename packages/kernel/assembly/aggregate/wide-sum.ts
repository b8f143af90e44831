// A wide sum of doubles: every finite double is a whole number of units of 2^-1074, and a two's complement integer of
// WIDE_WORDS u64 words, lowest first, counts them. Doubles take 2098 bits, so 2^77 of the greatest fit into 2176. Exact, and
// free of order. A sum of zeros is 0. An addition touches two words, more when a carry runs on.
import { NARROW_SHIFT } from './narrow-sum';
import { nearestDouble } from './nearest-double';

export const WIDE_WORDS: i32 = 34;
export const WIDE_BYTES: usize = 272;

const FRACTION: u64 = 0x000fffffffffffff;
const HIDDEN: u64 = 0x0010000000000000;
/** The words of one magnitude, for rounding. */
const scratch = memory.data(272, 16);

/** Adds a finite double, given by its bits. */
export function wideAdd(sumAt: usize, bits: u64): void {
  const exponent = (bits >> 52) & 0x7ff;
  const significand = exponent ? (bits & FRACTION) | HIDDEN : bits & FRACTION;
  const shift = exponent ? exponent - 1 : 0;
  const bit = shift & 63;
  const at = sumAt + 8 * <usize>(shift >> 6);
  const lo = significand << bit;
  const hi = (significand >> 1) >> (63 - bit);
  const end = sumAt + WIDE_BYTES;
  if (<i64>bits < 0) subtractWords(at, end, lo, hi);
  else addWords(at, end, lo, hi);
}

function addWords(at: usize, end: usize, lo: u64, hi: u64): void {
  const low = load<u64>(at) + lo;
  const before = load<u64>(at, 8);
  const half = before + hi;
  const high = half + <u64>(low < lo);
  store<u64>(at, low);
  store<u64>(at, high, 8);
  let carry = <u64>(half < before) | <u64>(high < half);
  for (at += 16; carry; at += 8) {
    if (at >= end) return;
    const word = load<u64>(at) + 1;
    store<u64>(at, word);
    carry = <u64>(word == 0);
  }
}

function subtractWords(at: usize, end: usize, lo: u64, hi: u64): void {
  const low = load<u64>(at);
  const before = load<u64>(at, 8);
  const half = before - hi;
  const high = half - <u64>(low < lo);
  store<u64>(at, low - lo);
  store<u64>(at, high, 8);
  let borrow = <u64>(half > before) | <u64>(high > half);
  for (at += 16; borrow; at += 8) {
    if (at >= end) return;
    const word = load<u64>(at);
    store<u64>(at, word - 1);
    borrow = <u64>(word == 0);
  }
}

/** Adds a narrow sum (narrow-sum.ts). Any i128 but WIDE's is taken. */
export function wideAddNarrow(sumAt: usize, lo: u64, hi: u64): void {
  const up = <u64>(NARROW_SHIFT & 63);
  const first = sumAt + 8 * <usize>(NARROW_SHIFT >> 6);
  const sign = <u64>(<i64>hi >> 63);
  let carry = addWord(first, lo << up, 0);
  carry = addWord(first + 8, (hi << up) | (lo >> (64 - up)), carry);
  carry = addWord(first + 16, <u64>(<i64>hi >> <i64>(64 - up)), carry);
  for (let at = first + 24; at < sumAt + WIDE_BYTES; at += 8) carry = addWord(at, sign, carry);
}

/** Adds the wide sum at `otherAt` to that at `sumAt`. */
export function wideAddWide(sumAt: usize, otherAt: usize): void {
  let carry: u64 = 0;
  for (let offset: usize = 0; offset < WIDE_BYTES; offset += 8) {
    carry = addWord(sumAt + offset, load<u64>(otherAt + offset), carry);
  }
}

/** Returns the carry. */
function addWord(at: usize, word: u64, carry: u64): u64 {
  const before = load<u64>(at);
  const half = before + word;
  const sum = half + carry;
  store<u64>(at, sum);
  return <u64>(half < before) | <u64>(sum < half);
}

/** The nearest double, ties to even; NaN when it overflows, as it does from 2^1024 - 2^970 on. */
export function wideToDouble(sumAt: usize): f64 {
  const negative = <i64>load<u64>(sumAt, WIDE_BYTES - 8) < 0;
  const flip: u64 = negative ? ~(<u64>0) : 0;
  let carry = flip & 1;
  let highest = -1;
  for (let i = 0; i < WIDE_WORDS; i++) {
    const word = (load<u64>(sumAt + 8 * <usize>i) ^ flip) + carry;
    carry &= <u64>(word == 0);
    store<u64>(scratch + 8 * <usize>i, word);
    if (word) highest = i;
  }
  if (highest < 0) return 0;
  const high = load<u64>(scratch + 8 * <usize>highest);
  const zeros = <u64>clz<u64>(high);
  const length = 64 * highest + 64 - <i32>zeros;
  // Up to 53 bits, the magnitude is the double's bit pattern.
  if (length <= 53) return reinterpret<f64>(negative ? high | 0x8000000000000000 : high);
  const below = highest > 0 ? load<u64>(scratch + 8 * <usize>(highest - 1)) : 0;
  let sticky = below << zeros != 0;
  for (let i = 0; i < highest - 1; i++) sticky = sticky || load<u64>(scratch + 8 * <usize>i) != 0;
  return nearestDouble((high << zeros) | ((below >> 1) >> (63 - zeros)), sticky, length, negative);
}
