import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import { encodeSum } from '@hourmill/sidecar';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactSum, type SumBytes } from '../src/sums/exact-sum.ts';

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

/** Somewhere in the middle of other bytes. */
function placed(sum: bigint | null): SumBytes {
  const encoded = encodeSum(sum);
  const bytes = Buffer.concat([Buffer.from([255, 1, 128]), encoded, Buffer.from([7, 255])]);
  return { bytes, from: 3, to: 3 + encoded.length };
}

test('two exact sums are added as the integers that they are, into the one form that the result has', () => {
  const exact = new ExactSum();
  fc.assert(
    fc.property(nullable, nullable, (a, b) => {
      exact.add(placed(a), placed(b));
      const sum = a === null && b === null ? null : (a ?? 0n) + (b ?? 0n);
      expect(Buffer.from(exact.encoded)).toEqual(Buffer.from(encodeSum(sum)));
    }),
    { numRuns: 3000 },
  );
});

test('what cancels out is the sum 0', () => {
  const exact = new ExactSum();
  fc.assert(
    fc.property(units, (sum) => {
      exact.add(placed(sum), placed(-sum));
      expect([...exact.encoded]).toEqual([0, 0]);
      expect(Object.is(exact.nearestDouble(), 0)).toBe(true);
    }),
  );
});

test('a sum is rounded once, to the nearest double, ties to even; beyond the range of doubles there is none', () => {
  const exact = new ExactSum();
  fc.assert(
    fc.property(units, units, (a, b) => {
      exact.add(placed(a), placed(b));
      expect(exact.nearestDouble()).toBe(nearestDoubleOf(a + b));
    }),
    { numRuns: 5000 },
  );
  const limit = 2n ** (1024n + 1074n) - 2n ** (970n + 1074n);
  for (const [sum, expected] of [
    [limit, null],
    [limit - 1n, Number.MAX_VALUE],
    [-limit, null],
    [1n - limit, -Number.MAX_VALUE],
  ] as const) {
    exact.add(placed(sum), placed(null));
    expect(exact.nearestDouble()).toBe(expected);
  }
});

test('bytes that are no sum are refused', () => {
  const cut = { bytes: Uint8Array.of(1), from: 0, to: 1 };
  expect(() => new ExactSum().add(cut, placed(1n))).toThrow(expect.objectContaining({ code: 'HM_LEDGER_004' }));
});
