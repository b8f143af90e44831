// A number text of any form, taken apart one by one: the path of what the block operators do not find in their usual form.
// Reads a span's bytes; writes the three variables below. 10-20 ns a number.
import { areEightDigits, eightDigits } from './digits';

/** What {@link readDecimal} found: (negative ? -1 : 1) * mantissa * 10^exponent, exact. */
export let negative: bool = false;
/** At most 19 digits. */
export let mantissa: u64 = 0;
export let exponent: i32 = 0;

/** A mantissa below this takes one more digit without having more than 19. */
const ONE_MORE_DIGIT: u64 = 1000000000000000000;
const EIGHT_MORE_DIGITS: u64 = 100000000000;
/** Larger exponents are all the same to their readers: beyond every range. */
const MAX_EXPONENT: i32 = 1000000;

/**
 * Reads a text by the grammar of JSON numbers. False for any other text, and for numbers of more than 19 significant
 * digits.
 */
export function readDecimal(at: usize, length: u32): bool {
  const end = at + <usize>length;
  let p = at;
  negative = load<u8>(p) == 0x2d && p < end;
  if (negative) p++;
  let m: u64 = 0;

  const whole = p;
  let digit: u32 = 0;
  while (p + 8 <= end) {
    if (m >= EIGHT_MORE_DIGITS || !areEightDigits(load<u64>(p))) break;
    m = m * 100000000 + eightDigits(p);
    p += 8;
  }
  while (p < end) {
    digit = <u32>load<u8>(p) - 0x30;
    if (digit > 9) break;
    if (m >= ONE_MORE_DIGIT) return false;
    m = m * 10 + <u64>digit;
    p++;
  }
  if (p == whole) return false;
  if (p - whole > 1 && load<u8>(whole) == 0x30) return false;

  let power = 0;
  if (p < end && load<u8>(p) == 0x2e) {
    p++;
    const fraction = p;
    while (p + 8 <= end) {
      if (m >= EIGHT_MORE_DIGITS || !areEightDigits(load<u64>(p))) break;
      m = m * 100000000 + eightDigits(p);
      p += 8;
    }
    while (p < end) {
      digit = <u32>load<u8>(p) - 0x30;
      if (digit > 9) break;
      if (m >= ONE_MORE_DIGIT) return false;
      m = m * 10 + <u64>digit;
      p++;
    }
    if (p == fraction) return false;
    power = -<i32>(p - fraction);
  }

  if (p < end) {
    if ((load<u8>(p) | 0x20) != 0x65) return false;
    p++;
    const sign = <u32>load<u8>(p);
    if (p < end && (sign == 0x2b || sign == 0x2d)) p++;
    const digits = p;
    let e = 0;
    while (p < end) {
      digit = <u32>load<u8>(p) - 0x30;
      if (digit > 9) return false;
      if (e < MAX_EXPONENT) e = e * 10 + <i32>digit;
      p++;
    }
    if (p == digits) return false;
    power += sign == 0x2d ? -e : e;
  }
  mantissa = m;
  exponent = power;
  return true;
}
