// A narrow sum of doubles: i128 fixed point, two's complement, low word first, in units of 2^-84 (LSB). It stays within
// -2^126 <= sum < 2^126 units, which the two top bits being equal says; whatever would leave that is summed by wide-sum.ts
// instead. The reserved high word WIDE has unequal top bits, so one check after an addition finds both.
//
// A double is in the window when it is a whole number of units and below 2^126 of them (2^42). Exact, and free of order.
import { LSB } from '../group-row';
import { nearestDouble } from './nearest-double';

const FRACTION: u64 = 0x000fffffffffffff;
const HIDDEN: u64 = 0x0010000000000000;
/** A double with this exponent field has its lowest bit at one unit. */
const UNIT_EXPONENT: i32 = 1075 - LSB;
/** 53 bits moved up by so many stay below 2^126. */
const MAX_SHIFT: u32 = 73;
/** Units of 2^-1074 in a narrow unit, as a power of two. */
export const NARROW_SHIFT: i32 = 1074 - LSB;

/** Whether a sum with this high word is in range. False for a group that went wide. */
// @ts-ignore: decorator
@inline
export function isNarrow(hi: u64): bool {
  return ((hi ^ (hi << 1)) >> 63) == 0;
}

/** Adds a finite double to the sum at this address. False when this takes a wide sum: then nothing has changed. */
// @ts-ignore: decorator
@inline
export function narrowAdd(sumAt: usize, bits: u64): bool {
  let significand = (bits & FRACTION) | HIDDEN;
  let shift = (<i32>(bits >> 52) & 0x7ff) - UNIT_EXPONENT;
  if (<u32>shift > MAX_SHIFT) {
    if (bits << 1 == 0) return isNarrow(load<u64>(sumAt, 8));
    if (shift > <i32>MAX_SHIFT) return false;
    if (shift <= -53) return false;
    if ((significand & ((<u64>1 << <u64>(-shift)) - 1)) != 0) return false;
    significand >>= <u64>(-shift);
    shift = 0;
  }
  const up = <u64>shift;
  const inLow = shift < 64;
  const sign = <u64>(<i64>bits >> 63);
  const lo = (inLow ? significand << up : 0) ^ sign;
  const hi = (inLow ? (significand >> 1) >> (63 - up) : significand << (up - 64)) ^ sign;
  const before = load<u64>(sumAt);
  const half = before + lo;
  const low = half + (sign & 1);
  const high = load<u64>(sumAt, 8) + hi + <u64>(half < before) + <u64>(low < half);
  if (!isNarrow(high)) return false;
  store<u64>(sumAt, low);
  store<u64>(sumAt, high, 8);
  return true;
}

/** The double nearest to a narrow sum, ties to even. Any i128 is taken. */
export function narrowToDouble(lo: u64, hi: u64): f64 {
  const negative = <i64>hi < 0;
  if (negative) {
    lo = ~lo + 1;
    hi = ~hi + <u64>(lo == 0);
  }
  if (hi == 0) {
    if (lo == 0) return 0;
    const zeros = <i32>clz<u64>(lo);
    return nearestDouble(lo << <u64>zeros, false, 64 - zeros + NARROW_SHIFT, negative);
  }
  const zeros = <i32>clz<u64>(hi);
  const up = <u64>zeros;
  const top = (hi << up) | ((lo >> 1) >> (63 - up));
  return nearestDouble(top, lo << up != 0, 128 - zeros + NARROW_SHIFT, negative);
}
