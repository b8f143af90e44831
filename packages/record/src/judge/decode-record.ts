import { isJsonObject, type JsonObject, kindOf } from '../json/json-value.ts';
import { JsonError, parseJson } from '../json/parse-json.ts';
import type { RecordBytes } from './record-bytes.ts';
import { Reject } from './reject.ts';

/** A BOM inside a file is a character like any other, and no JSON whitespace. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @returns a Reject HM_EVENT_003 for a record over the limit, HM_EVENT_002 for invalid UTF-8, HM_EVENT_001 for no JSON object */
export function decodeRecord(record: RecordBytes): JsonObject | Reject {
  if (record.truncated) return new Reject('HM_EVENT_003', `the record has ${record.length} bytes`);
  const text = decodeUtf8(record.bytes);
  if (text === null) return new Reject('HM_EVENT_002', 'the record is not valid UTF-8');
  const value = parseJson(text);
  if (value instanceof JsonError) return new Reject('HM_EVENT_001', value.message);
  return isJsonObject(value) ? value : new Reject('HM_EVENT_001', `the record is ${kindOf(value)}, not an object`);
}

/** Null for bytes that are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
