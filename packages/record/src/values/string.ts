import type { FieldPath } from '@hourmill/pipeline';
import { JsonNumber, type JsonValue, kindOf } from '../json/json-value.ts';
import { Reject } from '../judge/reject.ts';
import { pathText } from './field.ts';

/**
 * The value of a field as a string: a string is itself, a number its JSON text as written, a boolean `true` or `false`.
 * @returns null for JSON null; a Reject HM_EVENT_004 for an object or a list
 */
export function readString(value: JsonValue, path: FieldPath): string | null | Reject {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return value.text;
  return new Reject('HM_EVENT_004', `${pathText(path)} is ${kindOf(value)}, not a single value`);
}
