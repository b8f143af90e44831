import fc from 'fast-check';
import { expect, test } from 'vitest';
import { put, testKernel } from './support/test-kernel.ts';

type Key = readonly [h1: bigint, h2: bigint];

const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const someKeys = fc.oneof(
  fc.array(fc.tuple(word, word), { maxLength: 300 }),
  fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 3n }), word), { maxLength: 300 }),
  fc.array(fc.tuple(fc.constantFrom(0n, 1n << 63n, 2n ** 64n - 1n), fc.bigInt({ min: 0n, max: 9n })), {
    maxLength: 300,
  }),
);

function bytesOf(keys: readonly Key[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(keys.flat()).buffer);
}

function byUnsignedOrder(a: Key, b: Key): number {
  const [x, y] = [(a[0] << 64n) | a[1], (b[0] << 64n) | b[1]];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The key's 16 bytes, big-endian, as the order of keys has them. */
function bigEndian([h1, h2]: Key): Buffer {
  return Buffer.from(((h1 << 64n) | h2).toString(16).padStart(32, '0'), 'hex');
}

const kernel = testKernel();
const { exports } = kernel;

function sorted(keys: readonly Key[], sameBits: number): Uint8Array {
  const at = put(kernel, bytesOf(keys));
  const scratch = exports.allocate(16 * keys.length + 16);
  const from = exports.sortKeys(at, scratch, keys.length, sameBits);
  expect([at, scratch]).toContain(from);
  return kernel.bytes.slice(from, from + 16 * keys.length);
}

test('keys are sorted as unsigned numbers, hashes or not', () => {
  fc.assert(
    fc.property(someKeys, (keys) => {
      expect(sorted(keys, 0)).toEqual(bytesOf(keys.toSorted(byUnsignedOrder)));
    }),
    { numRuns: 100 },
  );
});

test('bits that are the same in all keys are not looked at', () => {
  fc.assert(
    fc.property(someKeys, fc.integer({ min: 1, max: 40 }), (keys, sameBits) => {
      const alike = keys.map(([h1, h2]): Key => {
        return [(0x5a5a5a5a5a5a5a5an & (-1n << BigInt(64 - sameBits))) | (h1 >> BigInt(sameBits)), h2];
      });
      const wrapped = alike.map(([h1, h2]): Key => [BigInt.asUintN(64, h1), h2]);
      expect(sorted(wrapped, sameBits)).toEqual(bytesOf(wrapped.toSorted(byUnsignedOrder)));
    }),
    { numRuns: 60 },
  );
});

test('many keys that have much in common do not take for ever', () => {
  const keys = Array.from({ length: 100_000 }, (_, n): Key => [7n, BigInt((n * 7919) % 100_000)]);
  const startMs = performance.now();
  expect(sorted(keys, 0)).toEqual(bytesOf(keys.toSorted(byUnsignedOrder)));
  expect(performance.now() - startMs).toBeLessThan(5000);
});

test('keys are chosen by their first bits, in their order', () => {
  fc.assert(
    fc.property(someKeys, fc.integer({ min: 0, max: 20 }), fc.nat(), (keys, bits, pick) => {
      const prefixOf = ([h1]: Key) => Number(bits === 0 ? 0n : h1 >> BigInt(64 - bits));
      const prefix = keys.length === 0 ? 0 : prefixOf(keys[pick % keys.length] ?? [0n, 0n]);
      const out = exports.allocate(16 * keys.length + 16);
      const count = exports.chooseKeys(put(kernel, bytesOf(keys)), keys.length, bits, prefix, out);
      const expected = keys.filter((key) => prefixOf(key) === prefix);
      expect(kernel.bytes.slice(out, out + 16 * count)).toEqual(bytesOf(expected));
    }),
    { numRuns: 60 },
  );
});

test('buckets hold the last bytes of their keys, big-endian, one after the other', () => {
  fc.assert(
    fc.property(
      someKeys,
      fc.integer({ min: 0, max: 16 }),
      fc.integer({ min: 1, max: 16 }),
      (unsorted, bits, suffixBytes) => {
        const keys = unsorted.toSorted(byUnsignedOrder);
        const buckets = 2 ** bits;
        const counts = exports.allocate(4 * buckets);
        const out = exports.allocate(suffixBytes * keys.length + 16);
        const at = put(kernel, bytesOf(keys));
        exports.encodeKeys(at, keys.length, bits, 0, buckets, suffixBytes, counts, out);
        const body = kernel.bytes.slice(out, out + suffixBytes * keys.length);
        expect(Buffer.from(body)).toEqual(Buffer.concat(keys.map((key) => bigEndian(key).subarray(16 - suffixBytes))));
        const expected = new Uint32Array(buckets);
        for (const [h1] of keys) {
          const bucket = Number(bits === 0 ? 0n : h1 >> BigInt(64 - bits));
          expected[bucket] = (expected[bucket] ?? 0) + 1;
        }
        expect(kernel.words.slice(counts / 4, counts / 4 + buckets)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});
