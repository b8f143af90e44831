import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestDoubleOf, unitsOf } from '../src/rollup/exact-sum.ts';

function exactSum(doubles: readonly number[]): number | null {
  return nearestDoubleOf(doubles.reduce((sum, double) => sum + unitsOf(double), 0n));
}

/** Shewchuk's algorithm (1997) as in Python's math.fsum: another way to the correctly rounded sum. */
function fsum(doubles: readonly number[]): number {
  let partials: number[] = [];
  for (const double of doubles) {
    let x = double;
    const next: number[] = [];
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) next.push(low);
      x = high;
    }
    partials = [...next, x];
  }
  return roundPartials(partials);
}

/** The partials do not overlap; only a tie in the last addition needs a look at what lies below. */
function roundPartials(partials: readonly number[]): number {
  let index = partials.length - 1;
  let high = partials[index] ?? 0;
  let low = 0;
  while (index > 0 && low === 0) {
    index -= 1;
    const x = high;
    const y = partials[index] ?? 0;
    high = x + y;
    low = y - (high - x);
  }
  const below = partials[index - 1] ?? 0;
  if ((low < 0 && below < 0) || (low > 0 && below > 0)) {
    const doubled = low * 2;
    const rounded = high + doubled;
    if (doubled === rounded - high) return rounded;
  }
  return high + 0;
}

describe('a sum of doubles', () => {
  test('of one double is that double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        expect(exactSum([double])).toBe(double + 0);
      }),
      { numRuns: 1000 },
    );
  });

  test('is correctly rounded: it equals fsum', () => {
    const near = fc.double({ noNaN: true, min: -1e15, max: 1e15 });
    const any = fc.double({ noNaN: true, min: -1e300, max: 1e300 });
    const ties = fc.constantFrom(1, -1, 2 ** 53, -(2 ** 53), 2 ** -53, 2 ** -54, 1e16, 0.1, 5e-324, 2 ** 52 + 1);
    fc.assert(
      fc.property(fc.array(fc.oneof(near, any, ties), { maxLength: 30 }), (doubles) => {
        expect(exactSum(doubles)).toBe(fsum(doubles));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [[0.1, 0.2, 0.3], 0.6],
    [Array.from({ length: 10 }, () => 0.1), 1],
    [[1e308, 1e308, -1e308, -1e308], 0],
    [[1e300, 1, -1e300], 1],
    [[2 ** 53, 1], 2 ** 53],
    [[2 ** 53, 1, 2 ** -1074], 2 ** 53 + 2],
    [[2 ** 53 + 2, 1], 2 ** 53 + 4],
    [[5e-324, 5e-324], 1e-323],
    [[2 ** -1022, -5e-324], 2.225073858507201e-308],
    [[-5e-324, 5e-324], 0],
    [[Number.MAX_VALUE, 2 ** 969], Number.MAX_VALUE],
  ])('of %j is %d', (doubles, expected) => {
    expect(exactSum(doubles)).toBe(expected);
  });

  test('overflows exactly where rounding would reach 2^1024', () => {
    expect(exactSum([Number.MAX_VALUE, 2 ** 970])).toBeNull();
    expect(exactSum([-Number.MAX_VALUE, -(2 ** 970)])).toBeNull();
    expect(exactSum([Number.MAX_VALUE, 2 ** 970, -(2 ** 917)])).toBe(Number.MAX_VALUE);
  });
});
