/** A number of a JSON text, kept as it was written: its meaning (int64, double, text) depends on who asks. */
export class JsonNumber {
  /** By the grammar of RFC 8259, section 6. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON object. A Map, because keys such as `__proto__` are plain data. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

export function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}

/** What kind of JSON value this is, in the words of messages. */
export function kindOf(value: JsonValue): 'null' | 'a boolean' | 'a string' | 'a number' | 'a list' | 'an object' {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'string') return 'a string';
  if (value instanceof JsonNumber) return 'a number';
  return isJsonList(value) ? 'a list' : 'an object';
}
