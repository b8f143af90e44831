import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUtf8 } from '../src/sort/compare.ts';

test('strings are ordered by their UTF-8 bytes', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\uffff', '\ue000', '😀', '😁', '𐀀') });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
