/**
 * Exact sums of doubles. Every finite double is a whole number of units of 2^-1074, the smallest positive double, so
 * a bigint that counts these units adds without error in any order; it is rounded once, at the end.
 */

const SIGN = 1n << 63n;
const FRACTION_BITS = 52n;
const HIDDEN_BIT = 1n << FRACTION_BITS;
const INFINITY_BITS = 0x7ffn << FRACTION_BITS;
/** A double has this many significant bits. */
const PRECISION = 53;

const view = new DataView(new ArrayBuffer(8));

/** A finite double in units of 2^-1074. IEEE 754 binary64: sign, 11 bits of exponent, 52 of fraction. */
export function unitsOf(double: number): bigint {
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const exponent = (bits & ~SIGN) >> FRACTION_BITS;
  const fraction = bits & (HIDDEN_BIT - 1n);
  const magnitude = exponent === 0n ? fraction : (fraction | HIDDEN_BIT) << (exponent - 1n);
  return bits >= SIGN ? -magnitude : magnitude;
}

/** The double nearest to so many units of 2^-1074, ties to even; zero is +0. Null when it overflows, as it does from 2^1024 - 2^970 on. */
export function nearestDoubleOf(units: bigint): number | null {
  const magnitude = units < 0n ? -units : units;
  const length = magnitude.toString(2).length;
  const shift = BigInt(Math.max(0, length - PRECISION));
  const significand = roundedShift(magnitude, shift);
  // With shift 0 the magnitude is the bit pattern itself. Otherwise the exponent field is shift + 1 and the hidden bit of the
  // significand adds the 1; a significand that was rounded up to 2^53 adds 2, which is the next power with a fraction of 0.
  const bits = (shift << FRACTION_BITS) + significand;
  if (bits >= INFINITY_BITS) return null;
  view.setBigUint64(0, units < 0n ? bits | SIGN : bits);
  return view.getFloat64(0);
}

/** `value / 2^shift`, rounded to the nearest integer, ties to even. */
function roundedShift(value: bigint, shift: bigint): bigint {
  if (shift === 0n) return value;
  const quotient = value >> shift;
  const remainder = value - (quotient << shift);
  const half = 1n << (shift - 1n);
  const up = remainder > half || (remainder === half && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}
