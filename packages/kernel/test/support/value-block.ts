import type { Kernel } from '@hourmill/kernel';
import { isJsonList, JsonError, JsonNumber, type JsonValue, parseJson } from '@hourmill/record';
import { put } from './test-kernel.ts';

export const PUNT = 1;
export const STRAY = 2;
export const FILTERED = 4;

/** A value of a record as JSON text; undefined where the record has no such field. */
export type JsonText = string | undefined;

/** What the text means; null for a missing field. */
export function parsed(json: JsonText): JsonValue {
  const value = json === undefined ? null : parseJson(json);
  if (value instanceof JsonError) throw new Error(`${json}: ${value.message}`);
  return value;
}

/** Writes a block whose fields have these values, by field and row, as the scan would. */
export function fillBlock(kernel: Kernel, fields: readonly (readonly JsonText[])[]): void {
  const rows = fields[0]?.length ?? 0;
  kernel.exports.setBlockRows(rows);
  kernel.bytes.fill(0, kernel.exports.flagsAt(), kernel.exports.flagsAt() + rows);
  fields.forEach((column, field) => {
    const spans = column.map(spanOf);
    // Between two texts stands what may follow in a record: nothing may read it as part of the value.
    const rest = Buffer.from('"9}');
    const at = put(kernel, Buffer.concat(spans.flatMap(({ text }) => [text, rest])));
    let next = at;
    spans.forEach(({ kind, text }, row) => {
      kernel.view.setUint32(kernel.exports.spanAtOf(field) + 4 * row, next, true);
      kernel.view.setUint32(kernel.exports.spanOfOf(field) + 4 * row, ((kind << 28) | text.length) >>> 0, true);
      next += text.length + rest.length;
    });
  });
}

function spanOf(json: JsonText): { kind: number; text: Buffer } {
  if (json === undefined) return { kind: 0, text: Buffer.alloc(0) };
  const value = parsed(json);
  if (typeof value === 'string') return { kind: 1, text: Buffer.from(value) };
  if (value instanceof JsonNumber) return { kind: 2, text: Buffer.from(value.text) };
  if (typeof value === 'boolean') return { kind: value ? 3 : 4, text: Buffer.from(json) };
  return { kind: value === null ? 5 : isJsonList(value) ? 7 : 6, text: Buffer.from(json) };
}

/** The flags of the block's rows. */
export function flagsOf(kernel: Kernel): readonly number[] {
  const at = kernel.exports.flagsAt();
  return [...kernel.bytes.slice(at, at + kernel.exports.rowsOfBlock())];
}

/** Opens a batch, for operators that write columns. */
export function openBatch(kernel: Kernel, columns: number, keyed: boolean): number {
  kernel.exports.setBatchShape(0, columns, keyed ? 1 : 0);
  const batch = kernel.exports.allocate(kernel.exports.batchBytes());
  kernel.exports.openBatch(batch);
  return batch;
}
