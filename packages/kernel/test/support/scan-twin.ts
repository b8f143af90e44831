import type { Kernel, KernelHost } from '@hourmill/kernel';
import {
  decodeRecord,
  isJsonList,
  isJsonObject,
  JsonNumber,
  type JsonValue,
  parseJson,
  Reject,
} from '@hourmill/record';
import { testKernel } from './test-kernel.ts';

/** The keys from the record to a field. */
export type Path = readonly string[];

/** What scan says of a row: PUNT, or a line for each wanted field. */
export type ScannedRow = 'PUNT' | readonly string[];

export interface ScanOptions {
  readonly paths: readonly Path[];
  readonly maxRecordBytes?: number;
  /** Returns how many bytes the next call of the kernel may see, from the first byte not consumed. All by default. */
  readonly nextPiece?: () => number;
}

const PUNT = 1;
const KINDS = ['absent', 'string', 'number', 'true', 'false', 'null', 'object', 'list'];
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The same as {@link scanText} by the plain way: line by line, value by value. */
export function scanTwin(text: Uint8Array, { paths, maxRecordBytes = 1 << 20 }: ScanOptions): ScannedRow[] {
  const rows: ScannedRow[] = [];
  for (let start = 0, end = text.indexOf(10); end !== -1; start = end + 1, end = text.indexOf(10, start)) {
    const line = text.subarray(start, end);
    if (line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) continue;
    const bytes = line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
    const truncated = bytes.length > maxRecordBytes;
    const event = decodeRecord({ bytes, length: bytes.length, truncated, byteOffset: start });
    rows.push(event instanceof Reject ? 'PUNT' : paths.map((path) => shown(at(event, path))));
  }
  return rows;
}

export function at(value: JsonValue, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (parent, key) => (parent !== undefined && isJsonObject(parent) ? parent.get(key) : undefined),
    value,
  );
}

/** A value as one line: kind and content, whatever its spelling. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `string ${value}`;
  if (value instanceof JsonNumber) return `number ${value.text}`;
  if (isJsonList(value)) return `list [${value.map(shown).join()}]`;
  if (isJsonObject(value)) return `object {${[...value].map(([key, member]) => `${key}:${shown(member)}`).join()}}`;
  return value satisfies never;
}

/** A kernel that scans these fields. */
export function scanner(options: ScanOptions, host: Partial<KernelHost> = {}): Kernel {
  const kernel = testKernel(host);
  const { exports } = kernel;
  exports.setFields(options.paths.length);
  exports.scanSetup(options.paths.length, options.maxRecordBytes ?? 1 << 20);
  for (const [field, path] of options.paths.entries()) {
    path.reduce((node, key, index) => {
      const bytes = Buffer.from(key);
      const address = exports.allocate(bytes.length + 1);
      kernel.bytes.set(bytes, address);
      return exports.addKey(node, address, bytes.length, index === path.length - 1 ? field : -1);
    }, -1);
  }
  return kernel;
}

/** All rows that a kernel scans from a text. Fails when it consumes anything but whole lines. */
export function scanText(kernel: Kernel, text: Uint8Array, options: ScanOptions): ScannedRow[] {
  const { exports } = kernel;
  const start = exports.allocate(text.length + 512);
  kernel.bytes.set(text, start);
  const rows: ScannedRow[] = [];
  const lastEnd = text.lastIndexOf(10) + 1;
  let from = 0;
  while (from < lastEnd) {
    const to = Math.min(text.length, from + (options.nextPiece?.() ?? text.length));
    // The kernel may write behind the piece, never into it: the next piece is put back.
    const next = exports.scanBlock(start + from, start + to) - start;
    if (next < from || next > to) throw new Error(`consumed [${from}, ${next}) of [${from}, ${to})`);
    if (next !== from && text[next - 1] !== 10) throw new Error('consumed a part of a line');
    if (next === from && text.subarray(from, to).includes(10)) throw new Error('consumed nothing of a whole line');
    for (let row = 0; row < exports.rowsOfBlock(); row++) rows.push(rowOf(kernel, row, options.paths));
    kernel.bytes.set(text.subarray(to), start + to);
    from = next;
  }
  exports.release(start, text.length + 512);
  return rows;
}

/** What the block in a kernel says of a row. */
export function rowOf(kernel: Kernel, row: number, paths: readonly Path[]): ScannedRow {
  const { exports, words, bytes } = kernel;
  const spans = paths.map((_, field) => ({
    at: words[exports.spanAtOf(field) / 4 + row] ?? 0,
    form: words[exports.spanOfOf(field) / 4 + row] ?? 0,
  }));
  if (bytes[exports.flagsAt() + row] === PUNT) {
    if (spans.some(({ form }) => form !== 0)) throw new Error('a PUNT has spans');
    return 'PUNT';
  }
  return spans.map(({ at, form }) => {
    const kind = KINDS[form >>> 28] ?? '?';
    const text = utf8.decode(bytes.slice(at, at + (form & 0xfffffff)));
    switch (kind) {
      case 'string':
      case 'number':
        return `${kind} ${text}`;
      case 'absent':
        return kind;
      default: {
        const value = parseJson(text);
        const line = shown(value as JsonValue);
        return line.startsWith(kind) ? line : `${kind} but ${line}`;
      }
    }
  });
}
