import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const { allocate, allocateZeroed, markBytes, markCount, numberMarks } = kernel.exports;

function putWords(words: readonly number[]): number {
  const at = allocate(4 * words.length + 64);
  kernel.words.set(words, at / 4);
  return at;
}

function putLongs(longs: readonly bigint[]): number {
  const at = allocate(8 * longs.length + 64);
  new BigInt64Array(kernel.bytes.buffer, at, longs.length).set(longs);
  return at;
}

const wordsAt = (at: number, count: number) => [...kernel.words.slice(at / 4, at / 4 + count)];
const longsAt = (at: number, count: number) => [...new BigInt64Array(kernel.bytes.buffer, at, count)];

/** The distinct values in ascending order. */
const distinct = <T extends number | bigint>(values: readonly T[]) => {
  return [...new Set(values)].sort((a, b) => Number(a - b));
};

const codes = fc.array(fc.oneof(fc.nat(70), fc.nat(5000)), { minLength: 1, maxLength: 300 });

test('the numbers of codes are their places among the distinct ones', () => {
  fc.assert(
    fc.property(codes, fc.nat(1000), (offsets, base) => {
      const values = offsets.map((offset) => base + offset);
      const at = putWords(values);
      const marks = allocateZeroed(markBytes(5001));
      kernel.exports.markCodes(at, values.length, base, marks);
      const expected = distinct(values);
      expect(numberMarks(marks, markCount(5001), 0)).toBe(expected.length);
      const out = allocate(4 * values.length + 64);
      kernel.exports.numberCodes(at, values.length, base, marks, out);
      expect(wordsAt(out, values.length)).toEqual(values.map((value) => expected.indexOf(value)));
      expect(kernel.exports.lowestMark(marks, markCount(5001)) + base).toBe(expected[0]);
      expect(kernel.exports.highestMark(marks, markCount(5001)) + base).toBe(expected.at(-1));
    }),
  );
});

test('rank 0 has no number and leaves no gap', () => {
  fc.assert(
    fc.property(codes, (ranks) => {
      const at = putWords(ranks);
      const marks = allocateZeroed(markBytes(5001));
      kernel.exports.markCodes(at, ranks.length, 0, marks);
      const expected = distinct(ranks.filter((rank) => rank > 0));
      expect(numberMarks(marks, markCount(5001), 1)).toBe(expected.length);
      const out = allocate(4 * ranks.length + 64);
      const count = kernel.exports.numberRanks(at, ranks.length, marks, out);
      const numbers = ranks.filter((rank) => rank > 0).map((rank) => expected.indexOf(rank));
      expect(wordsAt(out, count)).toEqual(numbers);
    }),
  );
});

test('longs are numbered and written back wherever their range begins', () => {
  const start = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 5001n });
  fc.assert(
    fc.property(codes, start, (offsets, least) => {
      const values = offsets.map((offset) => least + BigInt(offset));
      const at = putLongs(values);
      const marks = allocateZeroed(markBytes(5001));
      kernel.exports.markLongs(at, values.length, least, marks);
      const expected = distinct(values);
      expect(numberMarks(marks, markCount(5001), 0)).toBe(expected.length);
      const out = allocate(8 * values.length + 64);
      kernel.exports.numberLongs(at, values.length, least, marks, out);
      expect(wordsAt(out, values.length)).toEqual(values.map((value) => expected.indexOf(value)));
      const end = kernel.exports.writeMarkedLongs(marks, markCount(5001), least, 1n, out);
      expect(longsAt(out, (end - out) / 8)).toEqual(expected);
    }),
  );
});

test('marked codes are written as steps from a first value', () => {
  const marks = allocateZeroed(markBytes(200));
  const at = putWords([3, 199, 64, 3]);
  kernel.exports.markCodes(at, 4, 0, marks);
  const out = allocate(64);
  kernel.exports.writeMarkedLongs(marks, markCount(200), -50n, 1000n, out);
  expect(longsAt(out, 3)).toEqual([2950n, 63_950n, 198_950n]);
});
