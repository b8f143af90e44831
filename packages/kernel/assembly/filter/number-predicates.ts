// Predicates over numbers, exact: comparison with a literal, and membership in a list of integers.
//
// Read what numbers.ts made of a field; write a truth a row, unknown where the value is no number. 2 ns a row besides.
import { blockRows } from '../block';
import { integerPower } from '../values/powers-of-ten';
import { shortMantissa, shortScale } from '../values/short-decimals';
import { numbersOfBlock } from './numbers';
import { IS_FALSE, IS_TRUE, truthOf, UNKNOWN } from './truth';

/**
 * `thresholds` holds, for each scale s from 0 to 18, the greatest integer that is not above literal * 10^s (i64, clamped to
 * its range) and 1 where it is equal, else 0 (u64). So a value of that scale compares by its mantissa.
 */
export function compareNumbers(field: i32, truths: u32, thresholds: usize, out: usize): void {
  numbersOfBlock(field);
  const rows = blockRows;
  for (let r = 0; r < rows; r++) {
    const scale = shortScale(r);
    let truth = UNKNOWN;
    if (scale >= 0) {
      const threshold = thresholds + 16 * <usize>scale;
      const value = shortMantissa(r);
      const limit = load<i64>(threshold);
      const equal = <u32>(value == limit) & load<u32>(threshold, 8);
      truth = truthOf(truths, 2 * <u32>(value > limit) + equal);
    }
    store<u8>(out + <usize>r, truth);
  }
}

/** `list` holds the integers, i64, sorted. */
export function isInIntegers(field: i32, list: usize, count: u32, out: usize): void {
  numbersOfBlock(field);
  const rows = blockRows;
  for (let r = 0; r < rows; r++) {
    const scale = shortScale(r);
    let truth = UNKNOWN;
    if (scale >= 0) truth = isInList(shortMantissa(r), scale, list, count) ? IS_TRUE : IS_FALSE;
    store<u8>(out + <usize>r, truth);
  }
}

function isInList(mantissa: i64, scale: i32, list: usize, count: u32): bool {
  let value = mantissa;
  if (scale > 0) {
    const power = <i64>integerPower(scale);
    value = mantissa / power;
    if (value * power != mantissa) return false;
  }
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const literal = load<i64>(list + 8 * <usize>middle);
    if (literal == value) return true;
    if (value < literal) high = middle;
    else low = middle + 1;
  }
  return false;
}
