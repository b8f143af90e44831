import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { PARQUET_LIBRARY } from '../src/parquet/part-writer.ts';
import { PartCutter } from '../src/rollup/merge.ts';
import { compareUtf8 } from '../src/sort/compare.ts';
import { at, build, dimension, lines, metrics, multiValue } from './support/build.ts';

test('the types of a part are plain ones that every reader knows', async () => {
  const program = {
    dimensions: [dimension('s'), dimension('l', 'long'), dimension('d', 'double'), multiValue('m', 'ARRAY')],
    metrics: metrics('longSum x', 'doubleSum y'),
  };
  const { result, objects } = await build({ program, files: [lines(at(1))] });
  const part = new Uint8Array(objects.get(result.parts[0]?.path ?? '') ?? []);
  const { schema, row_groups } = parquetMetadata(part.buffer);
  const columns = schema.map(({ name, type, repetition_type, converted_type, logical_type }) =>
    [name, type, repetition_type, converted_type, logical_type?.type].filter((word) => word !== undefined).join(' '),
  );
  expect(columns.slice(1)).toEqual([
    '__time INT64 REQUIRED TIMESTAMP_MILLIS TIMESTAMP',
    's BYTE_ARRAY OPTIONAL UTF8 STRING',
    'l INT64 OPTIONAL',
    'd DOUBLE OPTIONAL',
    'm OPTIONAL LIST LIST',
    'list REPEATED',
    'element BYTE_ARRAY OPTIONAL UTF8 STRING',
    'n INT64 OPTIONAL',
    'longSum_x INT64 OPTIONAL',
    'doubleSum_y DOUBLE OPTIONAL',
  ]);
  expect(schema[1]?.logical_type).toMatchObject({ isAdjustedToUTC: true, unit: 'MILLIS' });
  expect(row_groups).toHaveLength(1);
});

test('the names and types in the result are those in the file', async () => {
  const { result, rows } = await build({ program: { metrics: metrics('doubleMax y') }, files: [lines(at(1))] });
  expect(result.columns.map(({ name }) => name)).toEqual(Object.keys(rows[0] ?? {}));
  expect(result.columns.map(({ type }) => type)).toEqual(['timestamp', 'long', 'double']);
});

test('rows are cut into parts of a fixed number, whatever groups they come in', () => {
  const row = (timeMs: number) => ({ timeMs, dimensions: [], metrics: [] });
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 7 }), (sizes, rowsPerPart) => {
      const cutter = new PartCutter(rowsPerPart);
      let next = 0;
      const parts = sizes.flatMap((size) => [...cutter.add(Array.from({ length: size }, () => row(next++)))]);
      parts.push(...cutter.end());
      expect(parts.flat()).toEqual(Array.from({ length: next }, (_, index) => row(index)));
      expect(parts.slice(0, -1).every(({ length }) => length === rowsPerPart)).toBe(true);
      expect(parts.every(({ length }) => length > 0)).toBe(true);
    }),
  );
});

test('strings are ordered by their UTF-8 bytes', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\uffff', '\ue000', '😀', '😁', '𐀀') });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('the manifest names the very library that is installed', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(PARQUET_LIBRARY).toBe(`parquet-wasm ${dependencies['parquet-wasm']}`);
});
