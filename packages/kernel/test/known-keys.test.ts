import type { Kernel } from '@hourmill/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { put, testKernel } from './support/test-kernel.ts';

type Key = readonly [h1: bigint, h2: bigint];

/** Few distinct halves, so that keys meet again and share places of the table. */
const half = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 0xffffffffn, 2n ** 63n),
  fc.bigInt({ min: 0n, max: 7n }).map((part) => part << 61n),
);
const someKeys = fc.array(fc.tuple(half, half), { maxLength: 700 });

function bytesOf(keys: readonly Key[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(keys.flat()).buffer);
}

function text([h1, h2]: Key): string {
  return `${h1} ${h2}`;
}

function keysOf(bytes: Uint8Array): Key[] {
  const words = new BigUint64Array(bytes.slice().buffer);
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i] ?? 0n, words[2 * i + 1] ?? 0n]);
}

/** All keys of the table of keys that were known, or all others. */
function dumped(kernel: Kernel, known: boolean): string[] {
  const { exports } = kernel;
  const keys: Key[] = [];
  let slot = 0;
  do {
    slot = exports.dumpKeys(slot, 16, known ? 1 : 0);
    const at = exports.frameBuffer();
    keys.push(...keysOf(kernel.bytes.slice(at, at + exports.frameBufferBytes())));
  } while (slot !== 0);
  return keys.map(text).sort();
}

function spread(n: number): bigint {
  return BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n);
}

test('known keys make duplicates of records, and are told from the keys of records', () => {
  const kernel = testKernel();
  const { exports } = kernel;
  fc.assert(
    fc.property(fc.array(someKeys, { maxLength: 3 }), fc.array(someKeys, { maxLength: 3 }), (known, records) => {
      exports.decideSetup(0);
      for (const keys of known) exports.addKnownKeys(put(kernel, bytesOf(keys)), keys.length);
      const seen = new Set(known.flat().map(text));
      expect(exports.knownKeys()).toBe(seen.size);
      const own = new Set<string>();
      for (const keys of records) {
        const keep = exports.allocate(keys.length + 1);
        exports.decide(put(kernel, bytesOf(keys)), keys.length, keep);
        const expected = keys.map(text).map((key) => {
          if (seen.has(key) || own.has(key)) return 0;
          own.add(key);
          return 1;
        });
        expect([...kernel.bytes.slice(keep, keep + keys.length)]).toEqual(expected);
      }
      expect(dumped(kernel, true)).toEqual([...seen].sort());
      expect(dumped(kernel, false)).toEqual([...own].sort());
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['spread over the table', (n: number): Key => [spread(n), spread(-n)]],
  ['in one large cluster', (n: number): Key => [BigInt(n % 300), BigInt(n + 1)]],
  ['in the tail', (n: number): Key => [(BigInt(n) << 32n) | 0xffffffffn, 1n]],
])('known keys %s stay known while the table grows', (_, keyOf) => {
  const kernel = testKernel();
  const { exports } = kernel;
  exports.decideSetup(0);
  const keys = Array.from({ length: 12_000 }, (_, n) => keyOf(n));
  const [known, own] = [keys.filter((_, n) => n % 3 === 0), keys.filter((_, n) => n % 3 !== 0)];
  exports.addKnownKeys(put(kernel, bytesOf(known)), known.length);
  const before = exports.decideBytes();
  exports.decide(put(kernel, bytesOf(own)), own.length, exports.allocate(own.length));
  expect(exports.decideBytes()).toBeGreaterThan(before);
  expect(dumped(kernel, true)).toEqual(known.map(text).sort());
  expect(dumped(kernel, false)).toEqual(own.map(text).sort());
});

test('nothing is known once the table is released, and its memory is given back', () => {
  const kernel = testKernel();
  const { exports } = kernel;
  const keys = bytesOf([[0n, 0n], ...Array.from({ length: 2000 }, (_, n): Key => [spread(n), 1n])]);
  const at = put(kernel, keys);
  const unused = exports.bytesInUse();
  exports.decideSetup(0);
  exports.addKnownKeys(at, 2001);
  exports.decideRelease();
  expect(exports.bytesInUse()).toBe(unused);
  exports.decideSetup(0);
  expect(exports.decide(at, 2001, put(kernel, new Uint8Array(2001)))).toBe(2001);
  expect(exports.knownKeys()).toBe(0);
  expect(dumped(kernel, true)).toEqual([]);
  expect(dumped(kernel, false)).toHaveLength(2001);
});

test('each key is taken by one owner, the one that decides it', () => {
  const kernel = testKernel();
  const { exports } = kernel;
  fc.assert(
    fc.property(someKeys, fc.integer({ min: 1, max: 64 }), (keys, owners) => {
      const taken = Array.from({ length: owners }, (_, owner) => {
        const at = put(kernel, bytesOf(keys));
        const count = exports.takeOwned(at, keys.length, owners, owner);
        return keysOf(kernel.bytes.slice(at, at + 16 * count));
      });
      const ownerOf = ([, h2]: Key) => Number(((h2 >> 32n) * BigInt(owners)) >> 32n);
      expect(taken).toEqual(taken.map((_, owner) => keys.filter((key) => ownerOf(key) === owner)));
    }),
    { numRuns: 40 },
  );
});
