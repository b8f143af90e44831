// 64-bit integers of a field.
//
// Reads spans: integers, integral decimals (1.0, 1e2) and strings that are the text of one. Writes one i64 and one valid byte
// a row: null and missing are 0 and not valid. Whatever else there is, and what does not fit, is PUNT. 5 ns a row, 7 for
// more than 8 digits, 20 for more than 16.
import { ABSENT, KIND_SHIFT, LENGTH_MASK, NULL, NUMBER, STRING } from '../layout';
import { blockRows, spanAt, spanOf } from '../block';
import { batch, batchRow, nullsAt, validAt, valueAt } from '../batch';
import { ASCII_ZEROS, nonDigits, TENS, upToSixteenDigits } from './digits';
import { exponent, mantissa, negative, readDecimal } from './decimal';
import { integerPower, MAX_INTEGER_POWER } from './powers-of-ten';
import { isPunted, oddRow, punt, setOddRow } from './odd-rows';

const MAX_LONG: u64 = 0x7fffffffffffffff;

/** Fills a metric's input column of the open batch. */
export function readLong(field: i32, column: i32): void {
  const row = <usize>batchRow;
  const nulls = read(field, valueAt(batch, column) + 8 * row, validAt(batch, column) + row);
  if (nulls) store<u32>(nullsAt(batch), load<u32>(nullsAt(batch)) + <u32>nulls);
}

/** The same into an array of i64 and one of u8, each of at least `blockRows`. */
export function longsOfBlock(field: i32, out: usize, valid: usize): void {
  read(field, out, valid);
}

/** Returns the number of nulls. */
function read(field: i32, out: usize, valid: usize): i32 {
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
    if (length - 1 < 16) {
      if ((nonDigits(p, zeros, tens) & ((1 << length) - 1)) == 0) value = upToSixteenDigits(p, length);
      else setOddRow(odd++, r);
    } else setOddRow(odd++, r);
    const sign = -(<i64>minus);
    store<i64>(out + 8 * <usize>r, (<i64>value ^ sign) - sign);
    store<u8>(valid + <usize>r, 1);
  }
  return odd ? readOdd(odd, texts, spans, out, valid) : 0;
}

function readOdd(odd: i32, texts: usize, spans: usize, out: usize, valid: usize): i32 {
  let nulls = 0;
  for (let i = 0; i < odd; i++) {
    const r = oddRow(i);
    if (isPunted(r)) continue;
    const span = load<u32>(spans + 4 * <usize>r);
    const kind = span >> KIND_SHIFT;
    if (kind == NULL || kind == ABSENT) {
      store<u8>(valid + <usize>r, 0);
      nulls++;
    } else if ((kind == NUMBER || kind == STRING) && isLong(<usize>load<u32>(texts + 4 * <usize>r), span & LENGTH_MASK)) {
      store<i64>(out + 8 * <usize>r, parsedLong);
    } else punt(r);
  }
  return nulls;
}

/** What {@link isLong} found. */
export let parsedLong: i64 = 0;

/** Whether a text, a number or a string, is one of an integer that fits. */
export function isLong(at: usize, length: u32): bool {
  if (!readDecimal(at, length)) return false;
  let magnitude = mantissa;
  if (magnitude != 0) {
    if (exponent > 0) {
      if (exponent > MAX_INTEGER_POWER) return false;
      const power = integerPower(exponent);
      if (magnitude > (MAX_LONG + 1) / power) return false;
      magnitude *= power;
    } else if (exponent < 0) {
      if (exponent < -MAX_INTEGER_POWER) return false;
      const power = integerPower(-exponent);
      if (magnitude % power != 0) return false;
      magnitude /= power;
    }
  }
  if (magnitude > MAX_LONG + <u64>negative) return false;
  parsedLong = negative ? -(<i64>magnitude) : <i64>magnitude;
  return true;
}
