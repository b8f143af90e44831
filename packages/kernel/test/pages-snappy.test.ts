import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { expect, test } from 'vitest';
import { put, testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const { allocate, compressSnappy, release, snappyBytes, snappyTableBytes } = kernel.exports;
const table = allocate(snappyTableBytes());

function compress(bytes: Uint8Array): Uint8Array {
  const from = put(kernel, bytes);
  const out = allocate(snappyBytes(bytes.length) + 8);
  const end = compressSnappy(from, bytes.length, out, table);
  expect(end - out).toBeLessThanOrEqual(snappyBytes(bytes.length));
  const compressed = kernel.bytes.slice(out, end);
  release(from, bytes.length + 256);
  release(out, snappyBytes(bytes.length) + 8);
  return compressed;
}

function roundTrip(bytes: Uint8Array): Uint8Array {
  const compressed = compress(bytes);
  // After the length, which hyparquet is told beside.
  let header = 1;
  for (let size = bytes.length; size >= 128; size = Math.floor(size / 128)) header += 1;
  expect(header).toBeLessThanOrEqual(compressed.length);
  const output = new Uint8Array(bytes.length);
  snappyUncompress(compressed, output);
  expect(Buffer.compare(output, bytes)).toBe(0);
  return compressed;
}

test('bytes come back from an independent decompressor', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 60 })).map(([unit, times]) => {
      return Uint8Array.from({ length: unit.length * times }, (_, index) => unit[index % unit.length] ?? 0);
    }),
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), (pieces) => {
      const bytes = Buffer.concat(pieces);
      if (bytes.length > 0) roundTrip(bytes);
    }),
    { numRuns: 300 },
  );
});

test('matches go to the edges of a fragment, and never across', () => {
  for (const length of [1, 14, 15, 16, 17, 65_535, 65_536, 65_537, 65_551, 65_552, 131_072, 200_000]) {
    expect(roundTrip(new Uint8Array(length).fill(7)).length).toBeLessThan(32 + length / 20);
    roundTrip(Uint8Array.from({ length }, (_, index) => (index * 2_654_435_761) >>> 13));
    // Repeats at a distance of nearly a fragment, and of more than 2,047.
    roundTrip(Uint8Array.from({ length }, (_, index) => ((index % 2_500) * 2_654_435_761) >>> 7));
    roundTrip(Uint8Array.from({ length }, (_, index) => ((index % 65_500) * 2_654_435_761) >>> 7));
  }
});
