import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bound, doubleBound, longBound, stringBound } from '../src/format/bounds.ts';

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const bytesOf = (bound: Bound | null) => Buffer.from(bound?.bytes ?? []);
const doubleOf = (bound: Bound | null) => bytesOf(bound).readDoubleLE();

test('short strings bound themselves', () => {
  for (const text of ['', 'a', 'é'.repeat(32), '\0']) {
    expect(stringBound(utf8(text), 'least')).toEqual({ bytes: new Uint8Array(utf8(text)), exact: true });
    expect(stringBound(utf8(text), 'greatest')).toEqual({ bytes: new Uint8Array(utf8(text)), exact: true });
  }
});

test('long strings are cut to valid UTF-8 that still bounds them', () => {
  const unit = fc.constantFrom('a', 'é', '\u07ff', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}');
  fc.assert(
    fc.property(fc.string({ unit, minLength: 30, maxLength: 90 }), (text) => {
      const whole = utf8(text);
      const least = stringBound(whole, 'least');
      const greatest = stringBound(whole, 'greatest');
      expect(Buffer.compare(bytesOf(least), whole)).toBeLessThanOrEqual(0);
      if (greatest !== null) expect(Buffer.compare(bytesOf(greatest), whole)).toBeGreaterThanOrEqual(0);
      for (const bound of [least, greatest]) {
        expect(utf8(bytesOf(bound).toString('utf8'))).toEqual(bytesOf(bound));
        expect(bytesOf(bound).length).toBeLessThanOrEqual(64 + 1);
      }
    }),
  );
});

test('what cannot be raised is carried, or is left out', () => {
  const cut = (text: string) => bytesOf(stringBound(utf8(text), 'greatest')).toString('utf8');
  expect(cut('b'.repeat(65))).toBe(`${'b'.repeat(63)}c`);
  expect(cut(`b${'\u{10ffff}'.repeat(20)}`)).toBe('c');
  expect(cut(`${'b'.repeat(61)}\ud7ffbb`)).toBe(`${'b'.repeat(61)}\ue000`);
  expect(stringBound(utf8('\u{10ffff}'.repeat(20)), 'greatest')).toBeNull();
  expect(stringBound(utf8('b'.repeat(65)), 'greatest')?.exact).toBe(false);
});

test('a least zero is negative, a greatest one positive, NaN bounds nothing', () => {
  expect(doubleOf(doubleBound(0, 'least'))).toBe(-0);
  expect(doubleOf(doubleBound(-0, 'greatest'))).toBe(0);
  expect(doubleOf(doubleBound(-1.5, 'greatest'))).toBe(-1.5);
  expect(doubleBound(Number.NaN, 'least')).toBeNull();
});

test('longs are bounded exactly', () => {
  expect(bytesOf(longBound(-(1n << 63n))).readBigInt64LE()).toBe(-(1n << 63n));
});
