import type { FieldPath } from '@hourmill/pipeline';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';

/**
 * The value at a path; null for a missing field as for JSON null. A path that meets anything but an object on its way
 * (`geo.city` where `geo` is a string or a list) leads nowhere: the field is missing.
 */
export function fieldAt(event: JsonObject, path: FieldPath): JsonValue {
  let value: JsonValue = event;
  for (const key of path) {
    if (!isJsonObject(value)) return null;
    value = value.get(key) ?? null;
  }
  return value;
}

/** The path as definitions write it: `geo.city`, `["a.b"]` for a key that holds a dot. */
export function pathText(path: FieldPath): string {
  return path.map((key, index) => (key.includes('.') ? `["${key}"]` : index === 0 ? key : `.${key}`)).join('');
}
