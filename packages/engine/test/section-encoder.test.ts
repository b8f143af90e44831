import { encodeFingerprintFile, type FingerprintLayout, fingerprintBodyAt, fingerprintLayout } from '@hourmill/sidecar';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from '../../kernel/test/support/test-kernel.ts';
import { KeyDumps } from '../src/sidecars/key-dumps.ts';
import { cutSections, type KeySections } from '../src/sidecars/key-sections.ts';
import { SectionEncoder } from '../src/sidecars/section-encoder.ts';
import type { MemoryPressure } from '../src/spill/memory-pressure.ts';

const inMemory = { dumpFits: () => true } as unknown as MemoryPressure;
const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const someKeys = fc.uniqueArray(fc.tuple(word, word), { maxLength: 400, selector: String });

type Key = readonly [h1: bigint, h2: bigint];

function bytesOf(keys: readonly Key[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(keys.flat()).buffer);
}

function inOrder(keys: readonly Key[]): Key[] {
  return keys.toSorted(([a, b], [c, d]) => (a === c ? Number(b - d > 0n) - 0.5 : Number(a - c > 0n) - 0.5));
}

/** Kept keys as workers dump them: of a table each, some in memory and some on disk. */
function dumpsOf(tables: readonly (readonly Key[])[], dumps: KeyDumps): void {
  for (const [index, keys] of tables.entries()) {
    const kernel = testKernel();
    const { exports } = kernel;
    exports.decideSetup(keys.length);
    const at = exports.allocate(16 * keys.length + 16);
    kernel.bytes.set(bytesOf(keys), at);
    exports.decide(at, keys.length, exports.allocate(keys.length + 1));
    dumps.add(kernel, index % 2 === 0 ? inMemory : null);
  }
}

/** All sections of a file, one behind the other. */
function bodyOf(encoder: SectionEncoder, { layout, bits }: KeySections, index: number): Uint8Array {
  const perFile = 2 ** (bits - layout.fileBits);
  return Buffer.concat(Array.from({ length: perFile }, (_, i) => encoder.encode(index * perFile + i).bytes));
}

const layouts = fc.tuple(fc.nat(3), fc.nat(9), fc.nat(12)).map(([fileBits, bucketBits, more]) => {
  const layout: FingerprintLayout = {
    fileBits,
    bucketBits,
    suffixBytes: 16 - Math.floor((fileBits + bucketBits) / 8),
  };
  return { layout, bits: Math.min(fileBits + bucketBits, fileBits + more) };
});

test('sections of any size give the files that the format says, whoever had the keys', () => {
  fc.assert(
    fc.property(someKeys, fc.nat(3), layouts, (keys, others, { layout, bits }) => {
      using dumps = new KeyDumps(() => {});
      const tables = Array.from({ length: others + 1 }, (_, table) =>
        keys.filter((_, i) => i % (others + 1) === table),
      );
      dumpsOf(tables, dumps);
      const sections = { layout, bits, dumps: dumps.dumps };
      const encoder = new SectionEncoder(testKernel(), sections);
      for (let index = 0; index < 2 ** layout.fileBits; index++) {
        const ofFile = keys.filter(([h1]) => Number(h1 >> 32n) >= (index * 2 ** 32) / 2 ** layout.fileBits);
        const own = ofFile.filter(([h1]) => Number(h1 >> 32n) < ((index + 1) * 2 ** 32) / 2 ** layout.fileBits);
        const expected = encodeFingerprintFile(layout, index, bytesOf(inOrder(own)));
        const body = Buffer.from(bodyOf(encoder, sections, index));
        expect(body).toEqual(Buffer.from(expected.subarray(fingerprintBodyAt(layout))));
      }
      encoder.release();
    }),
    { numRuns: 40 },
  );
});

test('sections are of some hundred thousand keys, within files and of whole buckets', () => {
  for (const keys of [1, 1000, 250_000, 18_000_000, 100_000_000, 2 ** 33]) {
    const layout = fingerprintLayout(keys);
    const { bits } = cutSections(layout, keys, []);
    expect(bits).toBeGreaterThanOrEqual(layout.fileBits);
    expect(bits).toBeLessThanOrEqual(layout.fileBits + layout.bucketBits);
    expect(keys / 2 ** bits).toBeLessThanOrEqual(2 ** 18);
  }
});
