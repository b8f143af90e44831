// An integer as the text that JSON has for it.

/** The most bytes that {@link writeDecimal} writes: a sign and 16 digits. */
export const DECIMAL_BYTES: usize = 17;

const EIGHT_DIGITS: u64 = 100_000_000;
const ZERO: u32 = 0x30;
const MINUS: u8 = 0x2d;

/** Writes a number below 2^53, by its amount, so that it ends at `end`; returns its first byte. */
export function writeDecimal(value: i64, end: usize): usize {
  const amount = <u64>(value < 0 ? -value : value);
  const high = amount / EIGHT_DIGITS;
  let digits = <u32>(amount - high * EIGHT_DIGITS);
  let p = end;
  if (high) {
    while (p > end - 8) {
      p--;
      store<u8>(p, <u8>(ZERO + (digits % 10)));
      digits /= 10;
    }
    digits = <u32>high;
  }
  do {
    p--;
    store<u8>(p, <u8>(ZERO + (digits % 10)));
    digits /= 10;
  } while (digits);
  if (value >= 0) return p;
  store<u8>(p - 1, MINUS);
  return p - 1;
}
