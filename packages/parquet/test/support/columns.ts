import type { PartColumn } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { ColumnInput } from '../../src/index.ts';

type List = readonly (string | null)[];
export type Value = bigint | number | string | List | null;

/** A column as a test says it, with the values that readers must find. `plain`: not by way of a dictionary. */
export interface TestColumn {
  readonly name: string;
  readonly type: 'timestamp' | 'long' | 'double' | 'string' | 'stringList';
  readonly plain?: boolean;
  readonly values: readonly Value[];
  /** Entries that the dictionary has and no row uses. */
  readonly unused?: readonly Value[];
}

/** Times of tests are whole seconds from this one on. */
export const START_MS = 1_795_341_600_000n;
const GRANULARITY_MS = 1000n;

export function schemaOf(columns: readonly TestColumn[]): readonly PartColumn[] {
  return columns.map(({ name, type, plain }) => {
    return { name, type, role: type === 'timestamp' ? 'time' : plain ? 'metric' : 'dimension' };
  });
}

/** Puts a column into the kernel's memory. */
export function inputOf(kernel: Kernel, column: TestColumn): ColumnInput {
  const { name, type, values } = column;
  if (type === 'timestamp') {
    const buckets = values.map((value) => Number(((value as bigint) - START_MS) / GRANULARITY_MS));
    return { kind: 'time', name, buckets: putWords(kernel, buckets), startMs: START_MS, granularityMs: GRANULARITY_MS };
  }
  if (column.plain && (type === 'long' || type === 'double')) return plainInput(kernel, name, type, values);
  return { kind: 'dictionary', name, type, ...putRanks(kernel, type, values, column.unused ?? []) };
}

function plainInput(kernel: Kernel, name: string, type: 'long' | 'double', values: readonly Value[]): ColumnInput {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, row) => {
    if (type === 'long') bytes.setBigInt64(8 * row, (value as bigint | null) ?? 77n, true);
    else bytes.setFloat64(8 * row, (value as number | null) ?? 77, true);
  });
  const valid = values.map((value) => Number(value !== null));
  const at = putBytes(kernel, new Uint8Array(bytes.buffer));
  return {
    kind: 'plain',
    name,
    type,
    values: at,
    valid: valid.includes(0) ? putBytes(kernel, Uint8Array.from(valid)) : null,
  };
}

type Dimension = 'string' | 'long' | 'double' | 'stringList';

function putRanks(kernel: Kernel, type: Dimension, values: readonly Value[], unused: readonly Value[]) {
  const keys = values.map((value) => (value === null ? null : keyOf(type, value).toString('hex')));
  const distinct = new Set([...keys, ...unused.map((value) => keyOf(type, value).toString('hex'))]);
  distinct.delete(null);
  const entries = [...distinct].map((key) => Buffer.from(key ?? '', 'hex')).sort(Buffer.compare);
  const rankOf = new Map(entries.map((entry, index) => [entry.toString('hex'), index + 1]));
  const ranks = keys.map((key) => (key === null ? 0 : (rankOf.get(key) ?? 0)));
  return { ranks: putWords(kernel, ranks), dictionary: putDictionary(kernel, entries) };
}

/** A dictionary block: see the kernel's `assembly/merge/dictionary-block.ts`. */
function putDictionary(kernel: Kernel, entries: readonly Uint8Array[]): number {
  let end = 0;
  const offsets = entries.map((entry) => {
    end += entry.length;
    return end;
  });
  const words = Uint32Array.from([entries.length, end, 0, ...offsets]);
  return putBytes(kernel, Buffer.concat([new Uint8Array(words.buffer), ...entries, new Uint8Array(8)]));
}

/** Byte strings whose order is that of the values. */
function keyOf(type: Dimension, value: Value): Buffer {
  switch (type) {
    case 'string':
      return Buffer.from(value as string, 'utf8');
    case 'long':
      return bigEndian(BigInt.asUintN(64, value as bigint) ^ (1n << 63n));
    case 'double': {
      const bits = new DataView(new ArrayBuffer(8));
      bits.setFloat64(0, value as number);
      const word = bits.getBigUint64(0);
      return bigEndian(BigInt.asUintN(64, word >= 1n << 63n ? ~word : word | (1n << 63n)));
    }
    case 'stringList':
      return Buffer.concat((value as List).map(elementKey));
  }
}

function elementKey(element: string | null): Buffer {
  if (element === null) return Buffer.from([1]);
  const bytes = [...Buffer.from(element, 'utf8')].flatMap((byte) => (byte === 0 ? [0, 0xff] : [byte]));
  return Buffer.from([2, ...bytes, 0, 0]);
}

function bigEndian(word: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(word);
  return bytes;
}

function putWords(kernel: Kernel, words: readonly number[]): number {
  return putBytes(kernel, new Uint8Array(Uint32Array.from(words).buffer));
}

function putBytes(kernel: Kernel, bytes: Uint8Array): number {
  const at = kernel.exports.allocate(bytes.length) >>> 0;
  kernel.bytes.set(bytes, at);
  return at;
}
