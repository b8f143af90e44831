// Decimal digits to integers, eight at a time in a 64-bit register: 1-3 ns a number.

/** Sixteen times the character 0. To be loaded before a loop: a constant inside it is made anew in every round. */
export const ASCII_ZEROS = memory.data<u8>([48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48], 16);
/** Sixteen times ten: a byte that is not below it, after the subtraction of 48, is no digit. */
export const TENS = memory.data<u8>([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10], 16);

const EIGHT_ZEROS: u64 = 0x3030303030303030;

/** The value of eight digits 0 to 9, one a byte, the first in the lowest byte. */
// @ts-ignore: decorator
@inline
export function valueOfDigits(digits: u64): u64 {
  const pairs = digits * 10 + (digits >> 8);
  const even = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const odd = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return (even + odd) >> 32;
}

/** The value of `count` ASCII digits, 1 to 8, the first in the lowest byte of `text`; whatever stands behind them. */
// @ts-ignore: decorator
@inline
export function leadingDigits(text: u64, count: u64): u64 {
  return valueOfDigits((text - EIGHT_ZEROS) << (64 - 8 * count));
}

/** The value of the eight digits at this address. */
// @ts-ignore: decorator
@inline
export function eightDigits(at: usize): u64 {
  return valueOfDigits(load<u64>(at) - EIGHT_ZEROS);
}

/** Whether these eight bytes are ASCII digits. */
// @ts-ignore: decorator
@inline
export function areEightDigits(text: u64): bool {
  return ((text & 0xf0f0f0f0f0f0f0f0) | (((text + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) == 0x3333333333333333;
}

/** The value of `count` digits, 1 to 16. */
// @ts-ignore: decorator
@inline
export function upToSixteenDigits(at: usize, count: u32): u64 {
  if (count <= 8) return leadingDigits(load<u64>(at), count);
  return leadingDigits(load<u64>(at), count - 8) * 100000000 + eightDigits(at + <usize>count - 8);
}

/** One bit for each of the 16 bytes at this address: set where it is no digit. `zeros` and `tens` are the constants above. */
// @ts-ignore: decorator
@inline
export function nonDigits(at: usize, zeros: v128, tens: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.ge_u(v128.sub<i8>(v128.load(at), zeros), tens));
}
