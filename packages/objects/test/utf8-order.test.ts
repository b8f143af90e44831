import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUtf8 } from '../src/utf8-order.ts';

test('strings compare as their UTF-8 bytes do', () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom('a', '/', '\ud7ff', '\ue000', '\uffff', '\u{1F600}'), fc.string({ unit: 'binary' })),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
