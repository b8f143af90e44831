// Doubles of a field, each the nearest to its text.
//
// Reads spans: numbers and strings that are the text of one. Writes one f64 and one valid byte a row: null and missing are 0
// and not valid, -0 is 0. Whatever else there is, and what overflows, is PUNT.
// Two passes, because divisions at the end of the long chain of one would wait for each other: first digits, then quotients of
// exact doubles. 9 ns a row, 30 for texts of 17 digits.
import { ABSENT, KIND_SHIFT, LENGTH_MASK, NULL, NUMBER, STRING } from '../layout';
import { blockRows, spanAt, spanOf } from '../block';
import { batch, batchRow, nullsAt, validAt, valueAt } from '../batch';
import { exponent, mantissa, negative, readDecimal } from './decimal';
import { decimalToDouble, doubleByHost, MAX_EXACT_INTEGER } from './decimal-to-double';
import { doublePower } from './powers-of-ten';
import { isPunted, oddRow, punt, setOddRow } from './odd-rows';
import { shortDecimalsOfBlock, shortMantissa, shortScale } from './short-decimals';

/** Fills a metric's input column of the open batch. */
export function readDouble(field: i32, column: i32): void {
  const row = <usize>batchRow;
  const nulls = read(field, valueAt(batch, column) + 8 * row, validAt(batch, column) + row);
  if (nulls) store<u32>(nullsAt(batch), load<u32>(nullsAt(batch)) + <u32>nulls);
}

/** The same into an array of f64 and one of u8, each of at least `blockRows`. */
export function doublesOfBlock(field: i32, out: usize, valid: usize): void {
  read(field, out, valid);
}

/** Returns the number of nulls. */
function read(field: i32, out: usize, valid: usize): i32 {
  const rows = blockRows;
  let odd = shortDecimalsOfBlock(field);
  for (let r = 0; r < rows; r++) {
    const mantissa = shortMantissa(r);
    store<f64>(out + 8 * <usize>r, <f64>mantissa / doublePower(shortScale(r)));
    store<u8>(valid + <usize>r, 1);
    // 16 digits may be no double.
    if (<u64>(mantissa + MAX_EXACT_INTEGER) > 2 * MAX_EXACT_INTEGER) setOddRow(odd++, r);
  }
  return odd ? readOdd(odd, spanAt(field), spanOf(field), out, valid) : 0;
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
    } else if ((kind == NUMBER || kind == STRING) && isDouble(<usize>load<u32>(texts + 4 * <usize>r), span)) {
      store<f64>(out + 8 * <usize>r, parsedDouble);
    } else punt(r);
  }
  return nulls;
}

/** What {@link isDouble} found; never -0. */
export let parsedDouble: f64 = 0;

/** Whether the text of a span, NUMBER or STRING, is a number in the range of doubles. False also for long strings of digits. */
export function isDouble(at: usize, span: u32): bool {
  const length = span & LENGTH_MASK;
  let double: f64;
  if (readDecimal(at, length)) {
    double = decimalToDouble(mantissa, exponent, at, length);
    if (negative) double = -double;
  } else {
    // A number that was not read has many digits. A string may be anything.
    if (span >> KIND_SHIFT != NUMBER) return false;
    double = doubleByHost(at, length);
  }
  parsedDouble = double + 0.0;
  return abs<f64>(double) < Infinity;
}
