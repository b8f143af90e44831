// The numbers of a block for the filter, exact: value = mantissa / 10^scale.
//
// Reads the spans of a field; completes what short-decimals.ts writes: a mantissa and a scale for every row, scale NO_NUMBER for
// values of other kinds. Numbers of more than 18 digits behind the point, or beyond 64 bits, are PUNT. Kept until the next
// field: a filter mostly asks twice (x >= 1 and x < 2). 7 ns a row.
import { KIND_SHIFT, LENGTH_MASK, NUMBER } from '../layout';
import { spanAt, spanOf } from '../block';
import { exponent, mantissa, negative, readDecimal } from '../values/decimal';
import { isPunted, oddRow, punt } from '../values/odd-rows';
import { integerPower } from '../values/powers-of-ten';
import { setShortDecimal, shortDecimalsOfBlock } from '../values/short-decimals';

const MAX_SCALE: i32 = 18;
export const NO_NUMBER: i32 = -1;
const MAX_LONG: u64 = 0x7fffffffffffffff;

let field_: i32 = -1;

/** To be called when the block has changed, or another operator has read numbers. */
export function forgetNumbers(): void {
  field_ = -1;
}

/** Afterwards `shortMantissa` and `shortScale` tell the numbers; the scale is 0 to MAX_SCALE, or NO_NUMBER. */
export function numbersOfBlock(field: i32): void {
  if (field == field_) return;
  field_ = field;
  const odd = shortDecimalsOfBlock(field);
  const texts = spanAt(field);
  const spans = spanOf(field);
  for (let i = 0; i < odd; i++) {
    const r = oddRow(i);
    setShortDecimal(r, 0, NO_NUMBER);
    const span = load<u32>(spans + 4 * <usize>r);
    if (span >> KIND_SHIFT != NUMBER || isPunted(r)) continue;
    if (!readDecimal(<usize>load<u32>(texts + 4 * <usize>r), span & LENGTH_MASK) || !setDecimal(r)) punt(r);
  }
}

/** The decimal that was read last; false if it is out of range. */
function setDecimal(row: i32): bool {
  let magnitude = mantissa;
  let scale = magnitude == 0 ? 0 : -exponent;
  if (scale < 0) {
    if (scale < -MAX_SCALE || magnitude > MAX_LONG / integerPower(-scale)) return false;
    magnitude *= integerPower(-scale);
    scale = 0;
  }
  if (scale > MAX_SCALE || magnitude > MAX_LONG) return false;
  setShortDecimal(row, negative ? -(<i64>magnitude) : <i64>magnitude, scale);
  return true;
}
