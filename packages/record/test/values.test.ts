import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../src/json/json-value.ts';
import { parseJson } from '../src/json/parse-json.ts';
import { Reject } from '../src/judge/reject.ts';
import { compareDecimals, floorShifted, isIntegral, parseDecimal } from '../src/values/decimal.ts';
import { readDouble } from '../src/values/double.ts';
import { fieldAt } from '../src/values/field.ts';
import { readLong } from '../src/values/long.ts';
import { readMultiValue } from '../src/values/multi-value.ts';
import { readString } from '../src/values/string.ts';

const json = (text: string): JsonValue => parseJson(text) as JsonValue;
const reason = <T>(value: T | Reject): T | string => (value instanceof Reject ? value.reason : value);
const decimal = (text: string) => parseDecimal(text) ?? expect.fail(text);

describe('a long', () => {
  test.each([
    ['1', 1n],
    ['-0', 0n],
    ['1.0', 1n],
    ['1e2', 100n],
    ['1200e-2', 12n],
    ['9007199254740993', 9007199254740993n],
    ['9007199254740993.0', 9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9.223372036854775807e18', 9223372036854775807n],
    ['0e999999999', 0n],
    ['"42"', 42n],
    ['"1e2"', 100n],
    ['"-0"', 0n],
    ['null', null],
  ])('%s is %s', (text, expected) => {
    expect(reason(readLong(json(text), ['f']))).toBe(expected);
  });

  test.each([
    '1.5',
    '1e-1',
    '1e-999999999',
    'true',
    '{}',
    '[]',
    '[1]',
    '""',
    '" 1"',
    '"01"',
    '"+1"',
    '"0x1"',
    '"1_000"',
    '"abc"',
  ])('%s is no integer', (text) => {
    expect(reason(readLong(json(text), ['f']))).toBe('HM_EVENT_004');
  });

  test.each([
    '9223372036854775808',
    '-9223372036854775809',
    '1e19',
    '1e999999999',
    '-1e99999999999999999999999',
    '"9223372036854775808"',
    '9'.repeat(100_000),
  ])('%.40s does not fit into 64 bits', (text) => {
    expect(reason(readLong(json(text), ['f']))).toBe('HM_EVENT_005');
  });
});

describe('a double', () => {
  test.each([
    ['1', 1],
    ['-0', 0],
    ['-0.0', 0],
    ['0.1', 0.1],
    ['-1e-400', 0],
    ['5e-324', 5e-324],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['1.7976931348623158e308', Number.MAX_VALUE],
    ['9007199254740993', 9007199254740992],
    ['"1.5"', 1.5],
    ['null', null],
  ])('%s is %s', (text, expected) => {
    expect(reason(readDouble(json(text), ['f']))).toBe(expected);
  });

  test.each(['1e400', '-1.8e308', '"1e400"', '"NaN"', '"Infinity"', '""', '" 1"', '"1,5"', 'true', '[]', '{}'])(
    '%s rejects',
    (text) => {
      expect(reason(readDouble(json(text), ['f']))).toBe('HM_EVENT_004');
    },
  );
});

describe('a number whose exponent has a million digits', () => {
  const nines = '9'.repeat(1 << 20);
  const long = (text: string) => reason(readLong(json(text), ['f']));
  const double = (text: string) => reason(readDouble(json(text), ['f']));

  test('is out of range, or so small that it is no integer and rounds to 0', () => {
    for (const number of [`1e${nines}`, `-1e${nines}`]) {
      expect([long(number), double(number)]).toEqual(['HM_EVENT_005', 'HM_EVENT_004']);
    }
    for (const number of [`1e-${nines}`, `-1e-${nines}`]) {
      expect([long(number), double(number)]).toEqual(['HM_EVENT_004', 0]);
    }
  });

  test('is 0 with a mantissa of 0, and what it is when they are zeros', () => {
    expect([long(`0e${nines}`), long(`0.0e-${nines}`), double(`0e${nines}`)]).toEqual([0n, 0n, 0]);
    expect([long(`12e${'0'.repeat(1 << 20)}2`), double(`12e-${'0'.repeat(1 << 20)}2`)]).toEqual([1200n, 0.12]);
  });

  test('is not mistaken for one whose mantissa makes up for its exponent', () => {
    const zeros = '0'.repeat(1 << 20);
    for (const number of [`1${zeros}e-${1 << 20}`, `0.${zeros}1e${(1 << 20) + 1}`]) {
      expect([long(number), double(number)]).toEqual([1n, 1]);
    }
  });
});

describe('a string', () => {
  test.each([
    ['"a"', 'a'],
    ['""', ''],
    ['1.50e0', '1.50e0'],
    ['-0', '-0'],
    ['1e400', '1e400'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['true', 'true'],
    ['false', 'false'],
    ['null', null],
  ])('%s is %s', (text, expected) => {
    expect(reason(readString(json(text), ['f']))).toBe(expected);
  });

  test.each(['[]', '["a"]', '{}'])('%s is no single value', (text) => {
    expect(reason(readString(json(text), ['f']))).toBe('HM_EVENT_004');
  });
});

describe('a multi-value dimension', () => {
  test.each([
    ['["b","a","b"]', ['b', 'a', 'b'], ['a', 'b', 'b'], ['a', 'b']],
    ['"a"', ['a'], ['a'], ['a']],
    ['1.0', ['1.0'], ['1.0'], ['1.0']],
    ['[true,2,null]', ['true', '2', null], [null, '2', 'true'], [null, '2', 'true']],
    ['["\\uffff","😀"]', ['\uffff', '😀'], ['\uffff', '😀'], ['\uffff', '😀']],
    ['[null,null]', [null, null], [null, null], null],
    ['[""]', [''], [''], ['']],
    ['[null]', null, null, null],
    ['[]', null, null, null],
    ['null', null, null, null],
  ])('%s as ARRAY, SORTED_ARRAY and SORTED_SET', (text, array, sortedArray, sortedSet) => {
    expect(readMultiValue(json(text), 'ARRAY', ['f'])).toEqual(array);
    expect(readMultiValue(json(text), 'SORTED_ARRAY', ['f'])).toEqual(sortedArray);
    expect(readMultiValue(json(text), 'SORTED_SET', ['f'])).toEqual(sortedSet);
  });

  test.each(['{}', '[[]]', '["a",{}]'])('%s rejects', (text) => {
    expect(reason(readMultiValue(json(text), 'ARRAY', ['f']))).toBe('HM_EVENT_004');
  });
});

describe('a path', () => {
  const event = json('{"geo":{"city":"x","none":null},"s":"text","l":[{"city":"y"}],"a.b":1}') as never;
  test.each([
    [['geo', 'city'], 'x'],
    [['geo', 'none'], null],
    [['geo', 'none', 'deeper'], null],
    [['missing', 'city'], null],
    [['s', 'length'], null],
    [['l', '0'], null],
    [['l', 'city'], null],
    [['__proto__'], null],
  ])('%j leads to %j', (path, expected) => {
    expect(fieldAt(event, path)).toBe(expected);
  });
});

describe('decimals', () => {
  const text = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.maxSafeNat(),
      fc.option(fc.stringMatching(/^[0-9]{1,5}$/)),
      fc.option(fc.integer({ min: -20, max: 20 })),
    )
    .map(
      ([sign, whole, fraction, exponent]) =>
        `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
    );

  /** The same number in units of 10^-40, by other means. */
  const scaled = (number: string): bigint => {
    const [, sign, whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:e(-?\d+))?$/.exec(number) ?? [];
    const magnitude = BigInt(whole + fraction) * 10n ** BigInt(40 - fraction.length + Number(exponent));
    return sign === '-' ? -magnitude : magnitude;
  };

  test('compare as the numbers they are, without rounding', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0;
        expect(compareDecimals(decimal(a), decimal(b))).toBe(expected);
      }),
    );
  });

  test('floor towards minus infinity', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: -6, max: 3 }), (number, shift) => {
        const unit = 10n ** 40n;
        const value = scaled(number) * 10n ** BigInt(shift + 6);
        const scale = unit * 10n ** 6n;
        const floor = value >= 0n || value % scale === 0n ? value / scale : value / scale - 1n;
        expect(floorShifted(decimal(number), shift, 100)).toBe(floor);
        expect(isIntegral(decimal(number))).toBe(scaled(number) % unit === 0n);
      }),
    );
  });

  test('never convert more than the allowed digits of an exponent', () => {
    expect(decimal(`1e${'9'.repeat(20)}`).exponent).toBe(10n ** 20n);
    expect(decimal(`1e${'0'.repeat(1000)}7`).exponent).toBe(8n);
    for (const digits of ['1'.repeat(21), '9'.repeat(1 << 20)]) {
      expect(decimal(`1e${digits}`).exponent).toBe(10n ** 20n + 1n);
      expect(decimal(`1e-${digits}`).exponent).toBe(1n - 10n ** 20n);
    }
    expect(parseDecimal(`1e${'1'.repeat(21)}`, 30)?.exponent).toBe(BigInt('1'.repeat(21)) + 1n);
  });

  test('tell apart what doubles cannot', () => {
    expect(compareDecimals(decimal('9007199254740993'), decimal('9007199254740992.0'))).toBe(1);
    expect(compareDecimals(decimal('0.1'), decimal('0.1000000000000000055511151231257827'))).toBe(-1);
    expect(compareDecimals(decimal('1e999999999'), decimal('1e999999998'))).toBe(1);
    expect(compareDecimals(decimal('-0'), decimal('0.0e5'))).toBe(0);
  });
});
