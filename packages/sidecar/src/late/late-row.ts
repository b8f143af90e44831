import { gunzipSync } from 'node:zlib';
import { damaged } from '../damaged.ts';

/** A record that a run of a later hour met. docs/formats/late.md describes the file. */
export interface LateRow {
  /** With `record` its position: `<split id>#<etag>` of an object, `kafka:<topicId>/<partition>`. See {@link lateSource}. */
  readonly source: string;
  /** Ordinal of the record in the object; of a message its offset. */
  readonly record: number;
  /** The whole record. */
  readonly raw: string;
  /** Of a message: milliseconds since 1970, not exact beyond 2^53. */
  readonly timestamp?: number;
  /** Of a message; null as well when the engine had no use for it. */
  readonly key?: MessageText;
  /** Of a message, in its order; none when the engine had no use for them. */
  readonly headers?: readonly (readonly [name: string, value: MessageText])[];
}

/** Bytes of a message: null, a text where they are valid UTF-8, or in Base64. */
export type MessageText = string | null | { readonly base64: string };

/**
 * The rows of a file, in its order.
 * @throws HM_LEDGER_004 when it is damaged
 */
export function readLateRows(bytes: Uint8Array, path: string): LateRow[] {
  const text = textOf(bytes, path);
  if (text !== '' && !text.endsWith('\n')) throw damaged(path, 'its last line has no end');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => rowOf(line, `line ${index + 1}`, path));
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(gunzipSync(bytes));
  } catch (cause) {
    throw damaged(path, 'it is no gzipped text', cause);
  }
}

function rowOf(line: string, where: string, path: string): LateRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw damaged(path, `${where} is not JSON`, cause);
  }
  if (!isLateRow(value)) throw damaged(path, `${where} is no late row`);
  return value;
}

function isLateRow(value: unknown): value is LateRow {
  if (typeof value !== 'object' || value === null) return false;
  const { source, record, raw, timestamp, key, headers } = value as Partial<Record<keyof LateRow, unknown>>;
  const isPlaced = typeof source === 'string' && Number.isSafeInteger(record) && Number(record) >= 0;
  if (!isPlaced || typeof raw !== 'string') return false;
  if (!source.startsWith('kafka:')) return true;
  const hasHeaders = Array.isArray(headers) && headers.every(isHeader);
  return typeof timestamp === 'number' && isMessageText(key) && hasHeaders && /\/\d+$/.test(source);
}

function isHeader(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isMessageText(value[1]);
}

function isMessageText(value: unknown): value is MessageText {
  if (value === null || typeof value === 'string') return true;
  return typeof value === 'object' && typeof (value as { base64?: unknown }).base64 === 'string';
}
