import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EncodedColumn, encodeRowGroup } from '../src/index.ts';
import { columns } from './support/arbitrary-columns.ts';
import { inputOf, START_MS, type TestColumn } from './support/columns.ts';
import { testKernel } from './support/test-kernel.ts';

const NONE = { codec: 'none', level: 0 } as const;

function encode(column: TestColumn): EncodedColumn {
  const kernel = testKernel();
  const { columns: encoded } = encodeRowGroup(kernel, [inputOf(kernel, column)], column.values.length, NONE);
  return encoded[0] as EncodedColumn;
}

const rows = (count: number) => Array.from({ length: count }, (_, row) => row);

describe('the same rows give the same bytes', () => {
  test('whatever else the dictionaries hold, and whatever was encoded before', () => {
    fc.assert(
      fc.property(columns, columns, (written, before) => {
        const fresh = testKernel();
        const bare = written.map((column) => inputOf(fresh, { ...column, unused: [] }));
        const compression = { codec: 'zstd', level: 3 } as const;
        const {
          rows: count,
          bytes,
          columns: encoded,
        } = encodeRowGroup(fresh, bare, written[0]?.values.length ?? 0, compression);
        const used = testKernel();
        const earlier = before.map((column) => inputOf(used, column));
        encodeRowGroup(used, earlier, before[0]?.values.length ?? 0, compression);
        const again = encodeRowGroup(
          used,
          written.map((column) => inputOf(used, column)),
          count,
          compression,
        );
        expect(Buffer.compare(again.bytes, bytes)).toBe(0);
        expect(again.columns).toEqual(encoded);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the bytes of a row group', () => {
  test('begin their buffer, and are all accounted for', () => {
    fc.assert(
      fc.property(columns, (written) => {
        const kernel = testKernel();
        const inputs = written.map((column) => inputOf(kernel, column));
        const { bytes, columns: encoded } = encodeRowGroup(kernel, inputs, written[0]?.values.length ?? 0, NONE);
        expect(bytes.byteOffset).toBe(0);
        let at = 0;
        for (const { dictionaryPageOffset, dataPageOffset, compressedBytes, uncompressedBytes } of encoded) {
          expect(dictionaryPageOffset ?? dataPageOffset).toBe(at);
          expect(uncompressedBytes).toBe(compressedBytes);
          at += compressedBytes;
        }
        expect(at).toBe(bytes.length);
      }),
      { numRuns: 20 },
    );
  });

  test('grow beyond what was expected', () => {
    const text = (row: number) => `${row}`.repeat(2000);
    const { dataPages, compressedBytes } = encode({ name: 's', type: 'string', values: rows(1000).map(text) });
    expect(compressedBytes).toBeGreaterThan(5_000_000);
    expect(dataPages).toBeGreaterThan(4);
  });
});

describe('a dictionary is written', () => {
  const encodingOf = (column: Omit<TestColumn, 'name'>) => encode({ name: 'c', ...column }).dataEncoding;
  const scattered = rows(1000).map((row) => (BigInt(row) * 0x9e3779b97f4a7c15n) % (1n << 62n));

  test('for values that repeat', () => {
    expect(
      encodingOf({ type: 'timestamp', values: rows(1000).map((row) => START_MS + 1000n * BigInt(row % 60)) }),
    ).toBe('RLE_DICTIONARY');
    expect(encodingOf({ type: 'string', values: rows(1000).map((row) => `${row % 100}`) })).toBe('RLE_DICTIONARY');
    expect(encodingOf({ type: 'long', plain: true, values: rows(1000).map((row) => BigInt(row % 30)) })).toBe(
      'RLE_DICTIONARY',
    );
    expect(encodingOf({ type: 'long', plain: true, values: rows(1000).map((row) => scattered[row % 30] ?? 0n) })).toBe(
      'RLE_DICTIONARY',
    );
    expect(encodingOf({ type: 'double', plain: true, values: rows(1000).map((row) => Math.sqrt(row % 30)) })).toBe(
      'RLE_DICTIONARY',
    );
  });

  test('not for values that do not, nor for no values', () => {
    const second = (row: number) => START_MS + 7_000_000n * BigInt(row);
    expect(encodingOf({ type: 'timestamp', values: rows(1000).map(second) })).toBe('PLAIN');
    expect(encodingOf({ type: 'string', values: rows(1000).map((row) => `${row}`) })).toBe('PLAIN');
    expect(encodingOf({ type: 'long', values: scattered })).toBe('PLAIN');
    expect(encodingOf({ type: 'long', plain: true, values: scattered })).toBe('PLAIN');
    expect(encodingOf({ type: 'double', plain: true, values: rows(1000).map(Math.sqrt) })).toBe('PLAIN');
    expect(encodingOf({ type: 'string', values: [null, null] })).toBe('PLAIN');
    expect(encodingOf({ type: 'stringList', values: [null, [], [null]] })).toBe('PLAIN');
  });
});

test('lists that are empty differ from those that are null', () => {
  const { values, statistics } = encode({ name: 'm', type: 'stringList', values: [null, [], ['a', null]] });
  expect(values).toBe(4);
  expect(statistics.nulls).toBe(3);
});
