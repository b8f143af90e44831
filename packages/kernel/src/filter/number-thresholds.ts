import { invariant } from '@hourmill/core';

/** Places behind the point that a value may have: the kernel's `MAX_SCALE`. */
const MAX_SCALE = 18;
const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;
/** A number of more whole digits is beyond 64 bits. */
const MAX_LONG_DIGITS = 20;

const NUMBER = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/** Where a literal lies between the integers: `floor` is the greatest that is not above it, clamped to 64 bits. */
export interface Threshold {
  readonly floor: bigint;
  /** Whether the literal is `floor`. */
  readonly exact: boolean;
}

/** The thresholds of literal * 10^scale for scales 0 to 18. The text is a JSON number. */
export function numberThresholds(text: string): readonly Threshold[] {
  return Array.from({ length: MAX_SCALE + 1 }, (_, scale) => thresholdOf(text, scale));
}

function thresholdOf(text: string, scale: number): Threshold {
  const match = NUMBER.exec(text);
  invariant(match !== null, `${text} is no number`);
  const [, minus, whole = '', fraction = '', exponentText = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return { floor: 0n, exact: true };
  // Rounded where it is huge, and then far beyond the digits anyway.
  const exponent = Number(exponentText) - fraction.length + scale;
  const wholeDigits = digits.length + exponent;
  if (wholeDigits > MAX_LONG_DIGITS)
    return minus === '-' ? { floor: MIN_LONG, exact: false } : { floor: MAX_LONG, exact: false };
  // All that is nearer to 0 than 1 lies between the same integers.
  const divisor = exponent >= 0 ? 1n : 10n ** BigInt(Math.min(-exponent, digits.length + 1));
  const multiplier = exponent >= 0 ? 10n ** BigInt(exponent) : 1n;
  const magnitude = (BigInt(digits) * multiplier) / divisor;
  const exact = magnitude * divisor === BigInt(digits) * multiplier;
  return clamp(minus === '-' ? -magnitude - (exact ? 0n : 1n) : magnitude, exact);
}

function clamp(floor: bigint, exact: boolean): Threshold {
  if (floor > MAX_LONG) return { floor: MAX_LONG, exact: false };
  return floor < MIN_LONG ? { floor: MIN_LONG, exact: false } : { floor, exact };
}
