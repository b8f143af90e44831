// The numbers of a block as integers and places behind the point: 12.345 is 12345 and 3.
//
// Reads the spans of a field; writes `shortMantissa` and `shortScale` for every row, and the odd rows: all that is no JSON
// number of at most 16 characters (and a sign) without exponent. Odd rows have mantissa and scale 0. 5-7 ns a row.
import { KIND_SHIFT, NUMBER } from '../layout';
import { blockRows, spanAt, spanOf } from '../block';
import { ASCII_ZEROS, leadingDigits, nonDigits, TENS, upToSixteenDigits, valueOfDigits } from './digits';
import { integerPower } from './powers-of-ten';
import { setOddRow } from './odd-rows';

const mantissas = memory.data(8 * 144, 16);
const scales = memory.data(4 * 144, 16);

const EIGHT_ZEROS: u64 = 0x3030303030303030;

/** Below 10^16 in magnitude. */
// @ts-ignore: decorator
@inline
export function shortMantissa(row: i32): i64 {
  return load<i64>(mantissas + 8 * <usize>row);
}

/** The value is shortMantissa / 10^shortScale. 0 to 14, but for odd rows that the caller has set. */
// @ts-ignore: decorator
@inline
export function shortScale(row: i32): i32 {
  return load<i32>(scales + 4 * <usize>row);
}

/** For what the caller makes of an odd row. */
// @ts-ignore: decorator
@inline
export function setShortDecimal(row: i32, mantissa: i64, scale: i32): void {
  store<i64>(mantissas + 8 * <usize>row, mantissa);
  store<i32>(scales + 4 * <usize>row, scale);
}

/** Returns the number of odd rows. */
export function shortDecimalsOfBlock(field: i32): i32 {
  const texts = spanAt(field);
  const spans = spanOf(field);
  const rows = blockRows;
  const zeros = v128.load(ASCII_ZEROS);
  const tens = v128.load(TENS);
  let odd = 0;
  for (let r = 0; r < rows; r++) {
    const start = <usize>load<u32>(texts + 4 * <usize>r);
    const minus = <u32>(load<u8>(start) == 0x2d);
    const p = start + <usize>minus;
    // Other kinds give lengths far out of range.
    const length = load<u32>(spans + 4 * <usize>r) - (NUMBER << KIND_SHIFT) - minus;
    let value: u64 = 0;
    let scale = 0;
    if (length - 1 < 16) {
      const others = nonDigits(p, zeros, tens) & ((1 << length) - 1);
      if (others == 0) value = upToSixteenDigits(p, length);
      else {
        const dot = <u32>ctz<u32>(others);
        if ((others & (others - 1)) == 0 && load<u8>(p + <usize>dot) == 0x2e) {
          scale = <i32>(length - 1 - dot);
          value = length <= 9 ? withoutDot(p, length, dot) : longWithoutDot(p, length, dot);
        } else setOddRow(odd++, r);
      }
    } else setOddRow(odd++, r);
    const sign = -(<i64>minus);
    setShortDecimal(r, (<i64>value ^ sign) - sign, scale);
  }
  return odd;
}

/** The digits of a text of 3 to 9 characters with a dot that is neither its first nor its last. */
// @ts-ignore: decorator
@inline
function withoutDot(p: usize, length: u32, dot: u32): u64 {
  const before = (<u64>1 << (8 * <u64>dot)) - 1;
  return leadingDigits((load<u64>(p) & before) | (load<u64>(p, 1) & ~before), length - 1);
}

/** The same for 10 to 16 characters. */
function longWithoutDot(p: usize, length: u32, dot: u32): u64 {
  let first = load<u64>(p);
  let rest = load<u64>(p, 8);
  if (dot < 8) {
    const before = (<u64>1 << (8 * <u64>dot)) - 1;
    first = (first & before) | (load<u64>(p, 1) & ~before);
    rest = load<u64>(p, 9);
  } else {
    const before = (<u64>1 << (8 * <u64>(dot - 8))) - 1;
    rest = (rest & before) | (load<u64>(p, 9) & ~before);
  }
  const left = length - 9;
  return valueOfDigits(first - EIGHT_ZEROS) * integerPower(<i32>left) + leadingDigits(rest, left);
}
