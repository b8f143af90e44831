import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from './support/test-kernel.ts';

const MAX_ROWS = 8192;

type Fingerprint = readonly [bigint, bigint];

class Decider {
  readonly #kernel = testKernel();
  readonly #fingerprints = this.#kernel.exports.allocate(16 * MAX_ROWS);
  readonly #keep = this.#kernel.exports.allocate(MAX_ROWS);

  constructor(expectedKeys: number) {
    this.#kernel.exports.decideSetup(expectedKeys);
  }

  get exports() {
    return this.#kernel.exports;
  }

  /** Which are kept. */
  decide(fingerprints: readonly Fingerprint[]): number[] {
    const { view } = this.#kernel;
    fingerprints.forEach(([h1, h2], row) => {
      view.setBigUint64(this.#fingerprints + 16 * row, h1, true);
      view.setBigUint64(this.#fingerprints + 16 * row + 8, h2, true);
    });
    const kept = this.exports.decide(this.#fingerprints, fingerprints.length, this.#keep);
    const answers = [...this.#kernel.bytes.slice(this.#keep, this.#keep + fingerprints.length)];
    expect(answers.reduce((sum, answer) => sum + answer, 0)).toBe(kept);
    return answers;
  }
}

/** The first of each key is kept. */
class Twin {
  readonly seen = new Set<bigint>();

  decide(fingerprints: readonly Fingerprint[]): number[] {
    return fingerprints.map(([h1, h2]) => {
      const key = (h1 << 64n) | h2;
      if (this.seen.has(key)) return 0;
      this.seen.add(key);
      return 1;
    });
  }
}

const word = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n),
  fc.bigInt({ min: 0n, max: 40n }).map((part) => part << 32n),
);

test('the first fingerprint of a key is kept, over all calls', () => {
  const decider = new Decider(0);
  fc.assert(
    fc.property(fc.array(fc.array(fc.tuple(word, word), { maxLength: 600 }), { maxLength: 5 }), (calls) => {
      decider.exports.decideSetup(100);
      const twin = new Twin();
      for (const fingerprints of calls) expect(decider.decide(fingerprints)).toEqual(twin.decide(fingerprints));
      expect(decider.exports.decideKeys()).toBe(twin.seen.size);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['in the same slot', (n: bigint): Fingerprint => [7n << 32n, n]],
  ['in few places', (n: bigint): Fingerprint => [n & 0xffffn, n >> 16n]],
  ['that count', (n: bigint): Fingerprint => [n, 0n]],
  ['that differ in the highest bits', (n: bigint): Fingerprint => [n << 48n, 0n]],
  ['with zeros in one half', (n: bigint): Fingerprint => [0n, n << 40n]],
  ['at the end of the table', (n: bigint): Fingerprint => [(n << 32n) | 0xffffffffn, 1n]],
])('keys %s are told apart', (_, fingerprintOf) => {
  const decider = new Decider(0);
  const keys = Array.from({ length: 3000 }, (_, n) => fingerprintOf(BigInt(n)));
  expect(decider.decide(keys)).toEqual(keys.map(() => 1));
  expect(decider.decide(keys)).toEqual(keys.map(() => 0));
});

/** Different 64-bit numbers for different n. */
function spread(n: number): bigint {
  return BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n);
}

test('the table grows past any estimate', () => {
  const decider = new Decider(1000);
  const before = decider.exports.decideBytes();
  const batches = Array.from({ length: 20 }, (_, batch) =>
    Array.from({ length: MAX_ROWS }, (_, row): Fingerprint => {
      const n = batch * MAX_ROWS + row;
      return [spread(n), spread(n + 1_000_000)];
    }),
  );
  for (const batch of batches) expect(decider.decide(batch).includes(0)).toBe(false);
  for (const batch of batches) expect(decider.decide(batch).includes(1)).toBe(false);
  expect(decider.exports.decideKeys()).toBe(20 * MAX_ROWS);
  expect(decider.exports.decideBytes()).toBeGreaterThan(before);
  expect(decider.exports.decideBytes()).toBeLessThan(20 * MAX_ROWS * 16 * 3);
});

test('keys that all belong to the last place get room behind it', () => {
  const decider = new Decider(0);
  const before = decider.exports.decideBytes();
  decider.decide(Array.from({ length: 3000 }, (_, n): Fingerprint => [(BigInt(n) << 32n) | 0xffffffffn, 1n]));
  expect(decider.exports.decideBytes() - before).toBeGreaterThan(16 * 2000);
});

test('a good estimate is enough, and its memory is given back', () => {
  const decider = new Decider(0);
  decider.exports.decideRelease();
  const unused = decider.exports.bytesInUse();
  for (const keys of [1000, 20_000, 100_000]) {
    decider.exports.decideSetup(keys);
    const bytes = decider.exports.decideBytes();
    expect(bytes / 16).toBeGreaterThan(keys);
    expect(bytes / 16).toBeLessThan(Math.max(1.6 * keys, 20_000));
    for (let from = 0; from < keys; from += 4000) {
      decider.decide(
        Array.from({ length: Math.min(4000, keys - from) }, (_, row) => [spread(from + row), spread(row)]),
      );
    }
    if (keys > 20_000) expect(decider.exports.decideBytes()).toBe(bytes);
    decider.exports.decideRelease();
    expect(decider.exports.bytesInUse()).toBe(unused);
  }
});
