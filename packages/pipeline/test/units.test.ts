import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration, parseSize } from '../src/index.ts';

test.each([
  ['4GiB', 4 * 2 ** 30],
  ['500MB', 500_000_000],
  ['1.5 KiB', 1536],
  ['1kB', 1000],
  ['2TiB', 2 * 2 ** 40],
  ['7', 7],
  ['7B', 7],
])('the size %s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '0', '-1', '4 gigs', 'GiB', '4gib', '1e3', '1.', '9007199254740993', '99999999TiB', ' 4GiB', '4GiB\n'])(
  '%j is no size',
  (text) => {
    expect(parseSize(text)).toBeNull();
  },
);

test('whole bytes and whole KiB are read exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (count) => {
      expect(parseSize(String(count))).toBe(count);
      expect(parseSize(`${count}KiB`)).toBe(count * 1024);
    }),
  );
});

test.each([
  ['PT5M', 300_000],
  ['PT1H', 3_600_000],
  ['P1D', 86_400_000],
  ['P1DT12H', 129_600_000],
  ['P2W', 1_209_600_000],
  ['PT0S', 0],
  ['PT0.5S', 500],
  ['PT90M', 5_400_000],
])('the duration %s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  'P',
  'PT',
  'P1DT',
  '5m',
  'P1M',
  'P1Y',
  'PT-5M',
  '-PT5M',
  'PT5M ',
  'pt5m',
  'PT0.0001S',
  'P1W1D',
  'P999999999999D',
])('%j is no duration of a fixed length', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test('the parts of a duration add up', () => {
  const part = fc.integer({ min: 0, max: 9999 });
  fc.assert(
    fc.property(part, part, part, part, (days, hours, minutes, ms) => {
      const text = `P${days}DT${hours}H${minutes}M${(ms / 1000).toFixed(3)}S`;
      expect(parseDuration(text)).toBe(((days * 24 + hours) * 60 + minutes) * 60_000 + ms);
    }),
  );
});
