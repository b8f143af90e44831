import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();

/** What the operator's output says: runs of one value, or groups of eight packed values, lowest bit first. */
function decode(bytes: Uint8Array, width: number): number[] {
  const values: number[] = [];
  let at = 0;
  const number = (size: number) => {
    let value = 0;
    for (let i = 0; i < size; i++) value += (bytes[at + i] ?? 0) * 256 ** i;
    at += size;
    return value;
  };
  while (at < bytes.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = number(1);
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    if (header % 2 === 0) {
      values.push(...new Array<number>(header / 2).fill(number(Math.ceil(width / 8))));
      continue;
    }
    const groups = (header - 1) / 2;
    for (let group = 0; group < groups; group++) {
      let bits = 0n;
      for (let i = 0; i < width; i++) bits |= BigInt(number(1)) << BigInt(8 * i);
      for (let i = 0; i < 8; i++) values.push(Number(BigInt.asUintN(width, bits >> BigInt(width * i))));
    }
  }
  return values;
}

function encode(codes: readonly number[], width: number): Uint8Array {
  const { allocate, release, hybridBytes, packHybrid } = kernel.exports;
  const from = allocate(4 * codes.length);
  kernel.words.set(codes, from / 4);
  const bound = hybridBytes(codes.length, width);
  const out = allocate(bound + 8);
  const end = packHybrid(from, codes.length, width, out);
  expect(end - out).toBeLessThanOrEqual(bound);
  const bytes = kernel.bytes.slice(out, end);
  release(from, 4 * codes.length);
  release(out, bound + 8);
  return bytes;
}

/** Codes below 2^width, some of them in runs. */
const codesOf = (width: number) => {
  const code = fc.nat({ max: 2 ** Math.min(width, 31) - 1 }).map((value) => (width === 32 ? 2 * value + 1 : value));
  const run = fc.tuple(code, fc.integer({ min: 1, max: 40 })).map(([value, length]) => Array(length).fill(value));
  return fc.array(fc.oneof(run, fc.array(code, { maxLength: 30 })), { maxLength: 20 }).map((runs) => runs.flat());
};

test('codes of every width come back', () => {
  const cases = fc.integer({ min: 1, max: 32 }).chain((width) => fc.tuple(fc.constant(width), codesOf(width)));
  fc.assert(
    fc.property(cases, ([width, codes]) => {
      expect(decode(encode(codes, width), width)).toEqual(codes);
    }),
    { numRuns: 300 },
  );
});

test('what consecutive calls write may stand behind one another', () => {
  fc.assert(
    fc.property(codesOf(5), codesOf(5), (first, second) => {
      const both = Buffer.concat([encode(first, 5), encode(second, 5)]);
      expect(decode(both, 5)).toEqual([...first, ...second]);
    }),
  );
});

test('equal codes take a few bytes, others their width', () => {
  expect(encode(Array(100_000).fill(3), 10).length).toBe(5);
  const packed = encode(
    Array.from({ length: 100_000 }, (_, i) => i % 1000),
    10,
  );
  expect(packed.length).toBeLessThan((100_000 * 10) / 8 + 100_000 / 400);
});

test('alternating runs stay within the bound', () => {
  const codes = Array.from({ length: 8192 }, (_, i) => (i % 16 < 8 ? 1 : i & 1));
  expect(decode(encode(codes, 1), 1)).toEqual(codes);
});
