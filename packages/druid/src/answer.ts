import { HourmillError } from '@hourmill/core';

/** A JSON object of an answer. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws HM_DRUID_002 when Druid answered something else; `what` names the answer */
export function objectIn(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unexpected(what, value);
}

/** @throws HM_DRUID_002 */
export function objectsIn(value: unknown, what: string): readonly Fields[] {
  if (!Array.isArray(value)) throw unexpected(what, value);
  return value.map((item: unknown) => objectIn(item, what));
}

/** @throws HM_DRUID_002 */
export function textIn(fields: Fields, key: string, what: string): string {
  const value = fields[key];
  if (typeof value === 'string') return value;
  throw unexpected(`${key} of ${what}`, value);
}

/** @throws HM_DRUID_002 */
export function numberIn(fields: Fields, key: string, what: string): number {
  const value = fields[key];
  if (typeof value === 'number') return value;
  throw unexpected(`${key} of ${what}`, value);
}

function unexpected(what: string, value: unknown): HourmillError {
  const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 200);
  return new HourmillError('HM_DRUID_002', `Druid answered something unexpected for ${what}: ${shown}`);
}
