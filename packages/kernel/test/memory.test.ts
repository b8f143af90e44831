import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from './support/test-kernel.ts';

const MIB = 1024 * 1024;

interface Block {
  readonly at: number;
  readonly bytes: number;
}

test('blocks never overlap, keep what was written, and lie where they must', () => {
  const kernel = testKernel();
  const { exports } = kernel;
  const sizes = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200_000 }));
  const steps = fc.array(fc.tuple(fc.boolean(), sizes, fc.nat()), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (taken) => {
      const held: Block[] = [];
      for (const [give, size, pick] of taken) {
        const [block] = give ? held.splice(pick % Math.max(1, held.length), 1) : [];
        if (block !== undefined) exports.release(block.at, block.bytes);
        if (give) continue;
        const at = exports.allocate(size);
        kernel.bytes.fill(size % 251, at, at + size);
        held.push({ at, bytes: size });
      }
      held.sort((a, b) => a.at - b.at);
      for (const [index, { at, bytes: length }] of held.entries()) {
        expect(at % (length > 2048 ? 4096 : 64)).toBe(0);
        expect(at + length).toBeLessThanOrEqual(held[index + 1]?.at ?? Number.POSITIVE_INFINITY);
        expect(kernel.bytes.subarray(at, at + length).every((byte) => byte === length % 251)).toBe(true);
      }
      for (const { at, bytes: length } of held) exports.release(at, length);
      expect(exports.bytesInUse()).toBe(0);
    }),
  );
});

test('the budget is for pages that were ever touched, and a free block serves smaller ones before new pages do', () => {
  const { exports } = testKernel();
  const large = exports.allocate(4 * MIB);
  exports.release(large, 4 * MIB);
  expect([exports.bytesInUse(), exports.bytesResident()]).toEqual([0, 4 * MIB]);
  const blocks = [1, 2, 3].map(() => exports.allocate(MIB));
  expect(new Set(blocks.map((at) => (at - large) / MIB))).toEqual(new Set([0, 1, 2]));
  expect([exports.bytesInUse(), exports.bytesResident()]).toEqual([3 * MIB, 4 * MIB]);
  exports.allocate(8 * MIB);
  expect(exports.bytesResident()).toBe(12 * MIB);
  exports.count(MIB);
  exports.setBudget(14 * MIB);
  expect(exports.bytesLeft()).toBe(MIB);
  expect(() => exports.allocate(2 * MIB)).toThrow();
});

test('bytes are moved as if they had been copied elsewhere first', () => {
  const kernel = testKernel();
  const at = kernel.exports.allocate(512);
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 512, maxLength: 512 }),
      fc.nat(256),
      fc.nat(256),
      fc.nat(256),
      (bytes, to, from, length) => {
        kernel.bytes.set(bytes, at);
        kernel.exports.moveBytes(at + to, at + from, length);
        expect(kernel.bytes.slice(at, at + 512)).toEqual(bytes.copyWithin(to, from, from + length));
      },
    ),
  );
});
