import type { FieldPath } from '@hourmill/pipeline';
import { JsonNumber, type JsonValue, kindOf } from '../json/json-value.ts';
import { quote, Reject } from '../judge/reject.ts';
import { floorShifted, isIntegral, parseDecimal } from './decimal.ts';
import { pathText } from './field.ts';

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

/** What nearly all longs look like: certain to fit. */
const SHORT_INTEGER = /^-?(?:0|[1-9][0-9]{0,17})$/;

export function fitsLong(value: bigint): boolean {
  return value >= MIN_LONG && value <= MAX_LONG;
}

/**
 * The value of a field as a 64-bit integer: an integer, an integral number (`1.0`, `1e2`), or a string that is the text
 * of one by the grammar of JSON numbers. The empty string is no number. `-0` is 0.
 * @returns null for JSON null; a Reject HM_EVENT_004 for other kinds and 1.5, HM_EVENT_005 beyond 64 bits
 */
export function readLong(value: JsonValue, path: FieldPath): bigint | null | Reject {
  if (value === null) return null;
  const text = value instanceof JsonNumber ? value.text : value;
  if (typeof text !== 'string')
    return new Reject('HM_EVENT_004', `${pathText(path)} is ${kindOf(value)}, not an integer`);
  if (SHORT_INTEGER.test(text)) return BigInt(text);
  const decimal = parseDecimal(text);
  if (decimal === null || !isIntegral(decimal)) {
    return new Reject('HM_EVENT_004', `${pathText(path)} is ${quote(text)}, not an integer`);
  }
  const long = floorShifted(decimal, 0, 19);
  if (long === null || !fitsLong(long)) {
    return new Reject('HM_EVENT_005', `${pathText(path)} is ${quote(text)}, which does not fit into 64 bits`);
  }
  return long;
}
