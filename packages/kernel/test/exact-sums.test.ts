import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from './support/test-kernel.ts';

/** 2176 bits of sum: see assembly/aggregate/wide-sum.ts. */
const WIDE_BYTES = 272;
const WIDE_BITS = 8 * WIDE_BYTES;
const NARROW_SHIFT = 990n;

const instance = testKernel();
const { exports: kernel } = instance;
const scratch = new DataView(new ArrayBuffer(8));

function bitsOf(double: number): bigint {
  scratch.setFloat64(0, double);
  return scratch.getBigUint64(0);
}

function signed(low: bigint, high: bigint): bigint {
  return BigInt.asIntN(128, (high << 64n) | low);
}

/** What the kernel says for a sum of so many units of 2^-1074. */
function expected(units: bigint): number {
  return nearestDoubleOf(units) ?? Number.NaN;
}

function readWide(at: number): bigint {
  const { view } = instance;
  let value = 0n;
  for (let word = WIDE_BYTES / 8 - 1; word >= 0; word--)
    value = (value << 64n) | view.getBigUint64(at + 8 * word, true);
  return BigInt.asIntN(WIDE_BITS, value);
}

function sumOf(doubles: readonly number[]): number {
  const state = kernel.allocateZeroed(16);
  for (const double of doubles) kernel.addDouble(state, bitsOf(double));
  const sum = kernel.sumToDouble(state);
  kernel.release(state, 16);
  return sum;
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const tiny = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((units) => units * Number.MIN_VALUE);
const usual = fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((cents) => cents / 100);
const edges = fc.constantFrom(
  0,
  2 ** 42,
  -(2 ** 42),
  2 ** 42 - 2 ** -10,
  2 ** -84,
  2 ** -85,
  2 ** -32,
  1e300,
  -1e300,
  5e-324,
);

test('a sum of doubles is the exact sum, rounded once', () => {
  const anyDouble = fc.oneof(finite, tiny, usual, edges);
  fc.assert(
    fc.property(fc.array(fc.oneof(usual, anyDouble), { maxLength: 40 }), (doubles) => {
      const units = doubles.reduce((sum, double) => sum + unitsOf(double), 0n);
      expect(sumOf(doubles)).toBe(expected(units));
    }),
    { numRuns: 500 },
  );
});

test('prices stay narrow, and sum as they should', () => {
  const wideBefore = kernel.wideCount();
  fc.assert(
    fc.property(fc.array(usual, { maxLength: 100 }), (doubles) => {
      const units = doubles.reduce((sum, double) => sum + unitsOf(double), 0n);
      expect(sumOf(doubles)).toBe(expected(units));
    }),
  );
  expect(kernel.wideCount()).toBe(wideBefore);
});

test('a sum that leaves the window by many small steps is as exact', () => {
  const step = 2 ** 41 + 0.25;
  for (const sign of [1, -1]) {
    const doubles = Array.from({ length: 9 }, () => sign * step);
    expect(sumOf(doubles)).toBe(expected(9n * unitsOf(sign * step)));
    expect(sumOf([...doubles, ...doubles.map((double) => -double), 2 ** -60])).toBe(2 ** -60);
  }
});

test('what went wide and came back to zero is +0', () => {
  expect(Object.is(sumOf([1e300, -1e300]), 0)).toBe(true);
  expect(Object.is(sumOf([]), 0)).toBe(true);
});

test('a sum beyond the greatest double is NaN, and finite again when it comes back', () => {
  const max = Number.MAX_VALUE;
  expect(sumOf([max, max])).toBeNaN();
  expect(sumOf([max, max, -max])).toBe(max);
  expect(sumOf([-max, -max, -max])).toBeNaN();
  // Half of the last place of the greatest double: the first value that rounds up to infinity.
  expect(sumOf([max, 2 ** 970])).toBeNaN();
  expect(sumOf([max, 2 ** 970 - 2 ** 917])).toBe(max);
});

test('a narrow sum rounds to the nearest double, ties to even', () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const tie = fc
    .tuple(
      fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(
      ([significand, shift, off]) =>
        (((2n * significand + 1n) << BigInt(shift - 1)) + BigInt(off)) * (off < 0 ? -1n : 1n),
    );
  const anySum = fc.oneof(
    fc.tuple(word, word).map(([low, high]) => signed(low, high)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
    tie,
    fc.constantFrom(0n, 1n, -1n, 2n ** 126n, -(2n ** 126n), -(2n ** 127n)),
  );
  fc.assert(
    fc.property(anySum, (sum) => {
      const low = BigInt.asUintN(64, sum);
      const high = BigInt.asUintN(64, sum >> 64n);
      expect(kernel.narrowToDouble(low, high)).toBe(expected(sum << NARROW_SHIFT));
    }),
    { numRuns: 2000 },
  );
});

test('wide sums add doubles, narrow sums and each other', () => {
  const doubles = fc.array(fc.oneof(finite, tiny, usual), { maxLength: 20 });
  const narrow = fc.bigInt({ min: -(2n ** 127n) + 1n, max: 2n ** 127n - 1n });
  fc.assert(
    fc.property(doubles, doubles, fc.array(narrow, { maxLength: 3 }), (ones, others, narrows) => {
      const [one, other] = [kernel.allocateZeroed(WIDE_BYTES), kernel.allocateZeroed(WIDE_BYTES)];
      let units = 0n;
      for (const [at, values] of [
        [one, ones],
        [other, others],
      ] as const) {
        for (const double of values) {
          kernel.wideAdd(at, bitsOf(double));
          units += unitsOf(double);
        }
      }
      for (const sum of narrows) {
        kernel.wideAddNarrow(one, BigInt.asUintN(64, sum), BigInt.asUintN(64, sum >> 64n));
        units += sum << NARROW_SHIFT;
      }
      kernel.wideAddWide(one, other);
      expect(readWide(one)).toBe(units);
      expect(kernel.wideToDouble(one)).toBe(expected(units));
      kernel.release(one, WIDE_BYTES);
      kernel.release(other, WIDE_BYTES);
    }),
    { numRuns: 300 },
  );
});
