import type { FieldPath } from '@hourmill/pipeline';
import { JsonNumber, type JsonValue, kindOf } from '../json/json-value.ts';
import { quote, Reject } from '../judge/reject.ts';
import { nearestDouble } from '../values/double.ts';
import { pathText } from '../values/field.ts';
import { fitsLong } from '../values/long.ts';

/** One component of a deduplication key, typed: 1 differs from "1", and 1.0 is 1. */
export type KeyValue =
  | { readonly type: 'long'; readonly value: bigint }
  /** Never an integer that fits into 64 bits: that is a long. */
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean };

/**
 * The value of a field as a component of a key. A number without fraction and exponent is its int64 value; any other
 * number is the nearest double, and again an int64 where that double is one: `1`, `1.0` and `1e0` are the same key, `1e300`
 * is a double. `-0` is 0.
 * @returns null for JSON null; a Reject HM_EVENT_004 for objects, lists and what overflows a double; HM_EVENT_005 for an
 *   integer text beyond 64 bits (rounding it would take different ids for one)
 */
export function readKeyValue(value: JsonValue, path: FieldPath): KeyValue | null | Reject {
  if (value === null) return null;
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value === 'boolean') return { type: 'boolean', value };
  if (value instanceof JsonNumber) return numberKey(value.text, path);
  return new Reject('HM_EVENT_004', `${pathText(path)} is ${kindOf(value)}, which cannot be a key`);
}

const INTEGER_TEXT = /^-?[0-9]+$/;
/** Sign and 19 digits: longer texts are out of range, and are not converted to find out. */
const MAX_LONG_TEXT = 20;

function numberKey(text: string, path: FieldPath): KeyValue | Reject {
  if (INTEGER_TEXT.test(text)) {
    const long = text.length > MAX_LONG_TEXT ? null : BigInt(text);
    if (long !== null && fitsLong(long)) return { type: 'long', value: long };
    return new Reject('HM_EVENT_005', `${pathText(path)} is ${quote(text)}, which does not fit into 64 bits`);
  }
  const double = nearestDouble(text);
  if (double === null)
    return new Reject('HM_EVENT_004', `${pathText(path)} is ${quote(text)}, beyond the range of a double`);
  if (Number.isInteger(double) && fitsLong(BigInt(double))) return { type: 'long', value: BigInt(double) };
  return { type: 'double', value: double };
}
