import type { TimestampFormat } from '@hourmill/pipeline';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonNumber } from '../src/json/json-value.ts';
import { Reject } from '../src/judge/reject.ts';
import { parseTime } from '../src/time/parse-time.ts';

function read(value: string | JsonNumber | null, format: TimestampFormat): string {
  const time = parseTime(value, format, ['ts']);
  return time instanceof Reject ? time.reason : new Date(time).toISOString();
}

const number = (text: string | number): JsonNumber => new JsonNumber(String(text));
const anyMs = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') });

describe('ISO times', () => {
  test.each([
    ['2015', '2015-01-01T00:00:00.000Z'],
    ['2015-09', '2015-09-01T00:00:00.000Z'],
    ['2015-09-12', '2015-09-12T00:00:00.000Z'],
    ['2015-09-12T10', '2015-09-12T10:00:00.000Z'],
    ['2015-09-12T10:20', '2015-09-12T10:20:00.000Z'],
    ['2015-09-12T10:20:30', '2015-09-12T10:20:30.000Z'],
    ['2015-09-12t10:20:30z', '2015-09-12T10:20:30.000Z'],
    ['2015-09-12T10:20:30.5Z', '2015-09-12T10:20:30.500Z'],
    ['2015-09-12T10:20:30,123Z', '2015-09-12T10:20:30.123Z'],
    ['2015-09-12T10:20:30.123999999999Z', '2015-09-12T10:20:30.123Z'],
    ['1969-12-31T23:59:59.9999999Z', '1969-12-31T23:59:59.999Z'],
    ['2015-09-12T10:20:30+05:30', '2015-09-12T04:50:30.000Z'],
    ['2015-09-12T10:20:30-0800', '2015-09-12T18:20:30.000Z'],
    ['2015-09-12T10+02', '2015-09-12T08:00:00.000Z'],
    ['2015-09-12T10-02:30', '2015-09-12T12:30:00.000Z'],
    ['2016-02-29', '2016-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['0000-02-29', '0000-02-29T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(read(text, 'iso')).toBe(expected);
  });

  test.each([
    '',
    'x',
    '15-09-12',
    '2015-9-12',
    '2015-13-01',
    '2015-00-01',
    '2015-02-29',
    '1900-02-29',
    '2015-04-31',
    '2015-09-12T24:00:00',
    '2015-09-12T23:60',
    '2015-09-12T23:59:60',
    '2015-09-12T',
    '2015-09-12T10:20:30.',
    '2015-09-12T10:20:30+24:00',
    '2015-09-12T10:20:30+05:60',
    '2015-09-12T10:20:30+5',
    '2015-09-12T10:20:30 UTC',
    ' 2015-09-12',
    '2015-09-12 10:20:30',
    '2015-255',
    '2015-W37-6',
    '+12015-01-01',
    '2015T10',
    '٢٠١٥-09-12',
  ])('%j is no time', (text) => {
    expect(read(text, 'iso')).toBe('HM_EVENT_007');
  });

  test('only the years 0000 to 9999 count, also behind an offset', () => {
    expect(read('0000-01-01T00:00:00+00:01', 'iso')).toBe('HM_EVENT_007');
    expect(read('9999-12-31T23:59:59-00:01', 'iso')).toBe('HM_EVENT_007');
  });

  test('agree with Date for any time at any offset', () => {
    fc.assert(
      fc.property(anyMs, fc.integer({ min: -1439, max: 1439 }), fc.constantFrom(':', ''), (ms, offset, colon) => {
        const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
        const local = new Date(ms + offset * 60_000);
        fc.pre(local.getUTCFullYear() >= 0 && local.getUTCFullYear() <= 9999);
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}${colon}${two(Math.abs(offset) % 60)}`;
        expect(parseTime(local.toISOString().replace('Z', zone), 'iso', ['ts'])).toBe(ms);
      }),
    );
  });
});

describe('numbers as times', () => {
  test.each([
    ['millis', '1442018818771', '2015-09-12T00:46:58.771Z'],
    ['millis', '1442018818771.999', '2015-09-12T00:46:58.771Z'],
    ['millis', '1.442018818771e12', '2015-09-12T00:46:58.771Z'],
    ['millis', '-0.1', '1969-12-31T23:59:59.999Z'],
    ['posix', '1442018818', '2015-09-12T00:46:58.000Z'],
    ['posix', '1442018818.7719', '2015-09-12T00:46:58.771Z'],
    ['posix', '-1', '1969-12-31T23:59:59.000Z'],
    ['micro', '1442018818771999', '2015-09-12T00:46:58.771Z'],
    ['micro', '-1', '1969-12-31T23:59:59.999Z'],
    ['nano', '1442018818771999999', '2015-09-12T00:46:58.771Z'],
    ['nano', '9007199254740993000001', 'HM_EVENT_007'],
    ['nano', '-1000000', '1969-12-31T23:59:59.999Z'],
    ['nano', '-1000001', '1969-12-31T23:59:59.998Z'],
    ['auto', '1442018818771', '2015-09-12T00:46:58.771Z'],
    ['millis', '253402300799999', '9999-12-31T23:59:59.999Z'],
    ['millis', '253402300800000', 'HM_EVENT_007'],
    ['millis', '-62167219200000', '0000-01-01T00:00:00.000Z'],
    ['millis', '-62167219200001', 'HM_EVENT_007'],
    ['millis', '1e999999999', 'HM_EVENT_007'],
    ['posix', '-1e999999999', 'HM_EVENT_007'],
    ['iso', '1442018818771', 'HM_EVENT_007'],
  ] as const)('%s %s is %s, as a number and as a string', (format, text, expected) => {
    expect(read(number(text), format)).toBe(expected);
    if (format !== 'iso') expect(read(text, format)).toBe(expected);
  });

  test('an exponent of a million digits is outside all years, or next to 1970', () => {
    const nines = '9'.repeat(1 << 20);
    expect(read(number(`1e${nines}`), 'nano')).toBe('HM_EVENT_007');
    expect(read(number(`-1e${nines}`), 'auto')).toBe('HM_EVENT_007');
    expect(read(number(`1e-${nines}`), 'posix')).toBe('1970-01-01T00:00:00.000Z');
    expect(read(number(`-1e-${nines}`), 'posix')).toBe('1969-12-31T23:59:59.999Z');
  });

  test('finer units floor exactly, for any number', () => {
    fc.assert(
      fc.property(anyMs, fc.nat(999_999), (ms, rest) => {
        expect(parseTime(number(String(BigInt(ms) * 1_000_000n + BigInt(rest))), 'nano', ['ts'])).toBe(ms);
        expect(parseTime(number(String(BigInt(ms) * 1000n + BigInt(rest % 1000))), 'micro', ['ts'])).toBe(ms);
      }),
    );
  });

  test('other texts are no numbers', () => {
    for (const text of ['', '2015-09-12', '0x10', '00', '1 ', '1_0']) expect(read(text, 'posix')).toBe('HM_EVENT_007');
  });
});

describe('auto', () => {
  test('reads ISO with T or a space, and numbers as milliseconds', () => {
    expect(read('2015-09-12 00:46:58.771', 'auto')).toBe('2015-09-12T00:46:58.771Z');
    expect(read('2015-09-12T00:46:58.771+01:00', 'auto')).toBe('2015-09-11T23:46:58.771Z');
    expect(read('2015', 'auto')).toBe('1970-01-01T00:00:02.015Z');
    expect(read('yesterday', 'auto')).toBe('HM_EVENT_007');
  });
});

test('a missing time has its own reason', () => {
  expect(read(null, 'auto')).toBe('HM_EVENT_006');
});
