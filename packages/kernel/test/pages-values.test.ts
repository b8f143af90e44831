import fc from 'fast-check';
import { expect, test } from 'vitest';
import { put, testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const { allocate, allocateZeroed } = kernel.exports;

const putDoubles = (values: readonly number[]) => put(kernel, new Uint8Array(Float64Array.from(values).buffer));
const putLongs = (values: readonly bigint[]) => put(kernel, new Uint8Array(BigInt64Array.from(values).buffer));
const wordsAt = (at: number, count: number) => [...kernel.words.slice(at / 4, at / 4 + count)];
const bitsAt = (at: number, count: number) => [...new BigUint64Array(kernel.bytes.buffer, at, count)];
const bitsOf = (values: readonly number[]) => [...new BigUint64Array(Float64Array.from(values).buffer)];

const doubles = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, 1.5, Number.NaN, 3)), { maxLength: 200 });

test('the values that are there are brought together', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.double(), fc.boolean())), (rows) => {
      const at = putDoubles(rows.map(([value]) => value));
      const valid = put(
        kernel,
        Uint8Array.from(rows, ([, there]) => Number(there)),
      );
      const out = allocate(8 * rows.length + 64);
      const count = kernel.exports.compactValues(at, valid, rows.length, out);
      expect(bitsAt(out, count)).toEqual(bitsOf(rows.filter(([, there]) => there).map(([value]) => value)));
      const levels = allocate(4 * rows.length + 64);
      expect(kernel.exports.levelsOfValid(valid, rows.length, levels)).toBe(count);
      expect(wordsAt(levels, rows.length)).toEqual(rows.map(([, there]) => Number(there)));
    }),
  );
});

test('levels of ranks are 0 where the rank is', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2)), (ranks) => {
      const at = put(kernel, new Uint8Array(Uint32Array.from(ranks).buffer));
      const levels = allocate(4 * ranks.length + 64);
      const nulls = ranks.filter((rank) => rank === 0).length;
      expect(kernel.exports.levelsOfRanks(at, ranks.length, levels)).toBe(ranks.length - nulls);
      expect(kernel.exports.countNulls(at, ranks.length)).toBe(nulls);
      expect(wordsAt(levels, ranks.length)).toEqual(ranks.map((rank) => Number(rank > 0)));
    }),
  );
});

test('ranges hold every long, code and double but NaN', () => {
  const range = allocate(16);
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), { minLength: 1 }), (values) => {
      kernel.view.setBigInt64(range, (1n << 63n) - 1n, true);
      kernel.view.setBigInt64(range + 8, -(1n << 63n), true);
      kernel.exports.rangeOfLongs(putLongs(values), values.length, range);
      const sorted = values.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
      expect(kernel.view.getBigInt64(range, true)).toBe(sorted[0]);
      expect(kernel.view.getBigInt64(range + 8, true)).toBe(sorted.at(-1));
    }),
  );
  fc.assert(
    fc.property(doubles, (values) => {
      kernel.view.setFloat64(range, Number.POSITIVE_INFINITY, true);
      kernel.view.setFloat64(range + 8, Number.NEGATIVE_INFINITY, true);
      kernel.exports.rangeOfDoubles(putDoubles(values), values.length, range);
      const numbers = values.filter((value) => !Number.isNaN(value));
      expect(kernel.view.getFloat64(range, true) + 0).toBe(Math.min(...numbers) + 0);
      expect(kernel.view.getFloat64(range + 8, true) + 0).toBe(Math.max(...numbers) + 0);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(0xffffffff), { minLength: 1 }), (codes) => {
      kernel.words.set([0xffffffff, 0], range / 4);
      kernel.exports.rangeOfCodes(put(kernel, new Uint8Array(Uint32Array.from(codes).buffer)), codes.length, range);
      expect(wordsAt(range, 2)).toEqual([Math.min(...codes), Math.max(...codes)]);
    }),
  );
});

test('values are coded in order of appearance, by their bits, over several calls', () => {
  fc.assert(
    fc.property(doubles, doubles, (first, second) => {
      const values = bitsOf([...first, ...second]);
      const known = [...new Set(values)];
      const slots = allocateZeroed(4 * 1024);
      const table = allocate(8 * 512);
      const codes = allocate(4 * values.length + 64);
      const encode = (rows: readonly number[], count: number, out: number) => {
        return kernel.exports.encodeValues(putDoubles(rows), rows.length, slots, 1024, table, count, 512, out);
      };
      const count = encode(first, 0, codes);
      expect(encode(second, count, codes + 4 * first.length)).toBe(known.length);
      expect(wordsAt(codes, values.length)).toEqual(values.map((value) => known.indexOf(value)));
      expect(bitsAt(table, known.length)).toEqual(known);
    }),
  );
});

test('coding gives up at the limit', () => {
  const at = putDoubles([1, 2, 1, 3]);
  const encode = (limit: number) => {
    return kernel.exports.encodeValues(at, 4, allocateZeroed(64), 16, allocate(64), 0, limit, allocate(64));
  };
  expect(encode(3)).toBe(3);
  expect(encode(2)).toBe(-1);
});
