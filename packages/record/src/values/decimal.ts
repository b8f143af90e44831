/**
 * A decimal number without rounding: `sign * 0.d1d2d3... * 10^exponent`, with d1 and the last digit not zero.
 * Nothing here grows with the exponent, so that `1e999999999` is as cheap as `1`.
 */
export interface Decimal {
  readonly sign: -1 | 0 | 1;
  /** Decimal digits without leading or trailing zeros; empty for zero. */
  readonly digits: string;
  /** A bigint, because it may have more digits than a double holds exactly. See {@link parseDecimal} for its limit. */
  readonly exponent: bigint;
}

const NUMBER_TEXT = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?)([0-9]+))?$/;
const ZERO: Decimal = { sign: 0, digits: '', exponent: 0n };

/** Any text that is held in memory moves the point by less than 10^10 places: an exponent of more digits is out of reach. */
const MAX_EXPONENT_DIGITS = 20;

/**
 * The value of a text by the grammar of JSON numbers (RFC 8259, section 6); null for any other text. Exact, but for one
 * thing: an exponent of more than `maxExponentDigits` digits (without leading zeros) is taken as the smallest of these,
 * because a megabyte of digits takes 150 ms to convert. With the default the outcome is the same for a long, a double and a
 * time: the number stays beyond all of them, or nearer to zero than all of them and no integer.
 * @param maxExponentDigits to compare with another number: 20 more than its text has characters, or above
 */
export function parseDecimal(text: string, maxExponentDigits = MAX_EXPONENT_DIGITS): Decimal | null {
  const match = NUMBER_TEXT.exec(text);
  if (match === null) return null;
  const [, minus = '', whole = '', fraction = '', exponentSign = '', exponentDigits = '0'] = match;
  const exponent = cappedInteger(exponentDigits, maxExponentDigits);
  const allDigits = whole + fraction;
  const first = allDigits.search(/[1-9]/);
  if (first === -1) return ZERO;
  return {
    sign: minus === '-' ? -1 : 1,
    digits: withoutTrailingZeros(allDigits.slice(first)),
    exponent: (exponentSign === '-' ? -exponent : exponent) + BigInt(whole.length - first),
  };
}

/** The value of decimal digits; 10^maxDigits for all that is not below it. */
function cappedInteger(digits: string, maxDigits: number): bigint {
  const first = digits.search(/[1-9]/);
  if (first === -1) return 0n;
  return digits.length - first > maxDigits ? 10n ** BigInt(maxDigits) : BigInt(digits.slice(first));
}

/** By value; -1, 0 or 1. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a.sign !== b.sign) return a.sign < b.sign ? -1 : 1;
  const magnitudes = compareMagnitudes(a, b);
  return (a.sign < 0 ? -magnitudes : magnitudes) as -1 | 0 | 1;
}

function compareMagnitudes(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -1 : 1;
  // Both are 0.d1d2d3... of the same power of ten: the order of the texts is that of the numbers.
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

export function isIntegral(decimal: Decimal): boolean {
  return BigInt(decimal.digits.length) <= decimal.exponent || decimal.sign === 0;
}

/**
 * The greatest integer that is not above `decimal * 10^shift`.
 * Null when its magnitude reaches 10^maxDigits: the caller's range ends long before.
 */
export function floorShifted(decimal: Decimal, shift: number, maxDigits: number): bigint | null {
  const exponent = decimal.exponent + BigInt(shift);
  if (exponent > BigInt(maxDigits)) return null;
  const wholeDigits = exponent > 0n ? Number(exponent) : 0;
  const whole = BigInt(decimal.digits.slice(0, wholeDigits).padEnd(wholeDigits, '0'));
  const hasFraction = decimal.digits.length > wholeDigits;
  if (decimal.sign >= 0) return whole;
  return hasFraction ? -whole - 1n : -whole;
}

/** Not by a regular expression: `/0+$/` takes quadratic time on long runs of zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
