import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import { encodeSum } from '@hourmill/sidecar';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from './support/test-kernel.ts';

const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 1000 }).map((cents) => cents / 100),
  fc.constantFrom(Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** -1022, 2 ** 970),
);
const units = fc.oneof(
  { weight: 3, arbitrary: double.map(unitsOf) },
  { weight: 3, arbitrary: fc.array(double, { maxLength: 5 }).map((doubles) => sumOf(doubles.map(unitsOf))) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 120n), max: 2n ** 120n }) },
  // Ties, and what lies just beside them.
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.bigInt({ min: 2n ** 52n, max: 2n ** 54n }), fc.nat(2000), fc.integer({ min: -1, max: 1 }))
      .map(([top, shift, beside]) => (top << BigInt(shift)) + BigInt(beside)),
  },
);
const nullable = fc.option(units, { freq: 8 });

function sumOf(all: readonly bigint[]): bigint {
  return all.reduce((a, b) => a + b, 0n);
}

const kernel = testKernel();
const [a, b, out] = [1, 2, 3].map(() => kernel.exports.allocate(1 << 18)) as [number, number, number];

/** The sum of two as the kernel encodes it, and the double nearest to it, null beyond the range of doubles. */
function addSums(left: Uint8Array, right: Uint8Array): { encoded: Buffer; double: number | null; bytes: number } {
  kernel.bytes.set(left, a);
  kernel.bytes.set(right, b);
  const bytes = kernel.exports.addSums(a, left.length, b, right.length, out);
  const encoded = Buffer.from(kernel.bytes.slice(out, out + Math.max(0, bytes)));
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, bytes > 0 ? kernel.exports.nearestDoubleOfSum(out, bytes) : 0n);
  const double = view.getFloat64(0);
  return { encoded, double: Number.isFinite(double) ? double : null, bytes };
}

test('two exact sums are added as the integers that they are, into the one form that the result has', () => {
  fc.assert(
    fc.property(nullable, nullable, (left, right) => {
      const sum = left === null && right === null ? null : (left ?? 0n) + (right ?? 0n);
      expect(addSums(encodeSum(left), encodeSum(right)).encoded).toEqual(Buffer.from(encodeSum(sum)));
    }),
    { numRuns: 5000 },
  );
});

test('what cancels out is the sum 0', () => {
  fc.assert(
    fc.property(units, (sum) => {
      const { encoded, double } = addSums(encodeSum(sum), encodeSum(-sum));
      expect([...encoded]).toEqual([0, 0]);
      expect(Object.is(double, 0)).toBe(true);
    }),
  );
});

test('a sum is rounded once, to the nearest double, ties to even; beyond the range of doubles there is none', () => {
  fc.assert(
    fc.property(units, units, (left, right) => {
      expect(addSums(encodeSum(left), encodeSum(right)).double).toBe(nearestDoubleOf(left + right));
    }),
    { numRuns: 10_000 },
  );
  const limit = 2n ** (1024n + 1074n) - 2n ** (970n + 1074n);
  for (const [sum, expected] of [
    [limit, null],
    [limit - 1n, Number.MAX_VALUE],
    [-limit, null],
    [1n - limit, -Number.MAX_VALUE],
    [2n ** 5000n, null],
  ] as const) {
    expect(addSums(encodeSum(sum), encodeSum(null)).double).toBe(expected);
  }
});

test('bytes that are no sum are refused, and a sum that is too long for its form', () => {
  expect(addSums(Uint8Array.of(1), encodeSum(1n)).bytes).toBe(-1);
  expect(addSums(encodeSum(1n), Uint8Array.of(1)).bytes).toBe(-1);
  expect(addSums(Uint8Array.of(255, 255, 1), encodeSum(1n)).bytes).toBe(-1);
});
