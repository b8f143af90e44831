import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PARQUET_LIBRARY } from '../src/parts/parquet-parts.ts';
import { PartCutter } from '../src/rollup/merge.ts';

test('rows are cut into parts of a fixed number, whatever groups they come in', () => {
  const row = (timeMs: number) => ({ timeMs, dimensions: [], metrics: [], exactSums: [] });
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

test('the manifest names the very library that is installed', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(PARQUET_LIBRARY).toBe(`parquet-wasm ${dependencies['parquet-wasm']}`);
});
