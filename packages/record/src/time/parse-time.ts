import type { FieldPath, TimestampFormat } from '@hourmill/pipeline';
import { JsonNumber, type JsonValue, kindOf } from '../json/json-value.ts';
import { quote, Reject } from '../judge/reject.ts';
import { floorShifted, parseDecimal } from '../values/decimal.ts';
import { pathText } from '../values/field.ts';
import { parseIso } from './parse-iso.ts';

const MIN_TIME_MS = Date.parse('0000-01-01T00:00:00.000Z');
const MAX_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Powers of ten from the format's unit to milliseconds. `auto` reads numbers as milliseconds. */
const NUMBER_SHIFT = { auto: 0, millis: 0, posix: 3, micro: -3, nano: -6 } as const;

/** A Reject HM_EVENT_004 for what can be no time in any format: only strings and numbers can. Null passes. */
export function checkTimeKind(value: JsonValue, path: FieldPath): Reject | null {
  if (value === null || typeof value === 'string' || value instanceof JsonNumber) return null;
  return new Reject('HM_EVENT_004', `${pathText(path)} is ${kindOf(value)}, not a time`);
}

/**
 * Reads the time of an event in the definition's format, floored to milliseconds since the epoch.
 *
 * - `iso`: a string, see {@link parseIso}, with `T` before the time of day.
 * - `millis`, `posix` (seconds), `micro`, `nano`: a number, or a string that is the text of one. Fractions count: `1.5`
 *   posix is 1500 ms. Druid drops the fraction of a number; here only what is finer than a millisecond goes.
 * - `auto`: a number, or the text of one, is milliseconds; any other string is ISO with `T` or a space, as in Druid.
 *
 * @returns a Reject HM_EVENT_006 for null, HM_EVENT_007 for what the format cannot read or lies outside the years 0000 to 9999
 */
export function parseTime(
  value: string | JsonNumber | null,
  format: TimestampFormat,
  path: FieldPath,
): number | Reject {
  if (value === null) return new Reject('HM_EVENT_006', `${pathText(path)} is missing or null`);
  const text = value instanceof JsonNumber ? value.text : value;
  const timeMs = format === 'iso' ? isoTime(value) : (numberTime(text, format) ?? autoTime(value, format));
  if (timeMs !== null && timeMs >= MIN_TIME_MS && timeMs <= MAX_TIME_MS) return Number(timeMs);
  const problem = timeMs === null ? `not a time in format ${format}` : 'outside the years 0000 to 9999';
  return new Reject('HM_EVENT_007', `${pathText(path)} is ${quote(text)}, ${problem}`);
}

function isoTime(value: string | JsonNumber): number | null {
  return typeof value === 'string' ? parseIso(value, 'Tt') : null;
}

function autoTime(value: string | JsonNumber, format: TimestampFormat): number | null {
  return typeof value === 'string' && format === 'auto' ? parseIso(value, 'Tt ') : null;
}

/** Exact, whatever the size: Infinity stands for all that is far outside the years that count. */
function numberTime(text: string, format: keyof typeof NUMBER_SHIFT): bigint | number | null {
  const decimal = parseDecimal(text);
  if (decimal === null) return null;
  return floorShifted(decimal, NUMBER_SHIFT[format], 20) ?? decimal.sign * Number.POSITIVE_INFINITY;
}
