import type { FieldPath } from '@hourmill/pipeline';
import { JsonNumber, type JsonValue, kindOf } from '../json/json-value.ts';
import { quote, Reject } from '../judge/reject.ts';
import { parseDecimal } from './decimal.ts';
import { pathText } from './field.ts';

/**
 * The value of a field as the double nearest to its text: a number, or a string that is the text of one by the grammar
 * of JSON numbers. `-0` is 0, and so is what rounds to it.
 * @returns null for JSON null; a Reject HM_EVENT_004 for other kinds and for what overflows (`1e400`)
 */
export function readDouble(value: JsonValue, path: FieldPath): number | null | Reject {
  if (value === null) return null;
  const text = value instanceof JsonNumber ? value.text : value;
  if (typeof text !== 'string')
    return new Reject('HM_EVENT_004', `${pathText(path)} is ${kindOf(value)}, not a number`);
  if (parseDecimal(text) === null)
    return new Reject('HM_EVENT_004', `${pathText(path)} is ${quote(text)}, not a number`);
  return (
    nearestDouble(text) ??
    new Reject('HM_EVENT_004', `${pathText(path)} is ${quote(text)}, beyond the range of a double`)
  );
}

/** The double nearest to a JSON number, never -0; null when it overflows. ECMAScript's `Number` rounds correctly. */
export function nearestDouble(text: string): number | null {
  const double = Number(text);
  return Number.isFinite(double) ? double + 0 : null;
}
