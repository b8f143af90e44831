// The one rounding of an exact sum. Units are 2^-1074, the smallest positive double, so that the bit pattern of a double is
// nearly the number of units itself: see nearestDoubleOf of the reference engine, which this says in 64-bit words.

const SIGN: u64 = 0x8000000000000000;
const INFINITY_BITS: u64 = 0x7ff0000000000000;
/** A double has this many significant bits; so many more are in `top`. */
const PRECISION: i32 = 53;
const DROPPED: u64 = 11;
const DROPPED_MASK: u64 = 0x7ff;
const HALF: u64 = 0x400;

/**
 * The double nearest to +-(top + f) * 2^(length - 64) units, ties to even. `top` has its highest bit set, 0 <= f < 1 and
 * f > 0 where `sticky`; `length`, the bits of the whole magnitude, is at least 54. NaN when it overflows.
 */
export function nearestDouble(top: u64, sticky: bool, length: i32, negative: bool): f64 {
  const rest = top & DROPPED_MASK;
  let significand = top >> DROPPED;
  if (rest > HALF || (rest == HALF && (sticky || (significand & 1) != 0))) significand += 1;
  // The hidden bit of the significand adds 1 to the exponent field; rounding up to 2^53 adds 2, the next power.
  const bits = (<u64>(length - PRECISION) << 52) + significand;
  if (bits >= INFINITY_BITS) return NaN;
  return reinterpret<f64>(negative ? bits | SIGN : bits);
}
