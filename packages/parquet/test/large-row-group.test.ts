import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { encodeRowGroup, PartAssembler } from '../src/index.ts';
import { inputOf, START_MS, schemaOf, type TestColumn, type Value } from './support/columns.ts';
import { expectedRows, readByDuckDb, readByHyparquet } from './support/readers.ts';
import { testKernel } from './support/test-kernel.ts';
import { CREATED_BY } from './support/write-file.ts';

const ROWS = 100_000;

const rows = (value: (row: number) => Value) => Array.from({ length: ROWS }, (_, row) => value(row));
/** Neighbours differ, and nothing is in order by chance. */
const scatter = (row: number) => (row * 48_271) % 99_991;

const columns: TestColumn[] = [
  { name: '__time', type: 'timestamp', values: rows((row) => START_MS + 1000n * BigInt(Math.floor(row / 1700))) },
  { name: 'few', type: 'string', values: rows((row) => (row % 7 === 0 ? null : `value ${scatter(row) % 300}`)) },
  { name: 'many', type: 'string', values: rows((row) => `a value ${scatter(row)}`) },
  { name: 'texts', type: 'stringList', values: rows((row) => [`${row % 5}`, null, `${scatter(row) % 90}`]) },
  { name: 'sum', type: 'double', plain: true, values: rows((row) => Math.sqrt(scatter(row))) },
  { name: 'price', type: 'double', plain: true, values: rows((row) => (row % 11 ? (scatter(row) % 900) / 100 : null)) },
];
const kernel = testKernel();
const inputs = columns.map((column) => inputOf(kernel, column));
const expected = expectedRows(columns);

function fileOf(codec: 'snappy' | 'zstd'): Uint8Array {
  const assembler = new PartAssembler(schemaOf(columns), {}, CREATED_BY);
  const rowGroup = encodeRowGroup(kernel, inputs, ROWS, { codec, level: 1 });
  expect(rowGroup.columns.map(({ dataPages }) => dataPages > 1)).toEqual(columns.map(() => true));
  assembler.add(rowGroup);
  return Buffer.concat(assembler.finish());
}

// Vitest's own comparison of so many rows takes seconds.
test.each(['snappy', 'zstd'] as const)('100,000 rows in several pages come back, with %s', async (codec) => {
  expect(isDeepStrictEqual(await readByHyparquet(fileOf(codec)), expected)).toBe(true);
});

test('100,000 rows in several pages come back by DuckDB', async () => {
  expect(isDeepStrictEqual(await readByDuckDb(fileOf('snappy'), columns), expected)).toBe(true);
});
