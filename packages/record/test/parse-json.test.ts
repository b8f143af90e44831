import { hostileEvent } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonList, isJsonObject, JsonNumber, type JsonValue } from '../src/json/json-value.ts';
import { JsonError, MAX_JSON_DEPTH, parseJson } from '../src/json/parse-json.ts';

/** What JSON.parse would give; keys and strings well formed. */
function plain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (isJsonObject(value)) return new Map([...value].map(([key, member]) => [key, plain(member)] as const).sort(byKey));
  return value !== null && isJsonList(value) ? value.map(plain) : value;
}

function plainOf(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value)
      .map(([key, member]) => [key, plainOf(member)] as const)
      .sort(byKey),
  );
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function agrees(text: string): void {
  let expected: unknown;
  try {
    expected = JSON.parse(text);
  } catch {
    expect(parseJson(text)).toBeInstanceOf(JsonError);
    return;
  }
  const value = parseJson(text);
  expect(value).not.toBeInstanceOf(JsonError);
  if (!(value instanceof JsonError)) expect(plain(value)).toEqual(plainOf(expected));
}

describe('the parser', () => {
  test('takes and refuses what JSON.parse takes and refuses, with the same values', () => {
    fc.assert(fc.property(fc.json({ stringUnit: 'binary' }), agrees), { numRuns: 300 });
    const tokens = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-0.5e+3',
      'true',
      'null',
      ' ',
      '\t',
      '"\\u0041"',
      '\\',
      '"',
      '01',
      '.',
      'e',
    );
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 9 }), (list) => agrees(list.join(''))),
      { numRuns: 3000 },
    );
  });

  test('takes every hostile but well-formed event', () => {
    fc.assert(
      fc.property(hostileEvent(), (text) => {
        expect(parseJson(text)).toBeInstanceOf(Map);
      }),
    );
  });

  test.each([
    '',
    ' ',
    '{',
    '{"a"}',
    '{"a":1,}',
    '[1,]',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    'NaN',
    'Infinity',
    'tru',
    "'a'",
    '"\\x41"',
    '"\\u12"',
    '"a\tb"',
    '"a',
    '{}{}',
    '{} x',
    '\ufeff{}',
    '\u00a0{}',
    '{a:1}',
    '// x',
  ])('refuses %j', (text) => {
    expect(parseJson(text)).toBeInstanceOf(JsonError);
  });

  test('keeps the text of numbers', () => {
    const event = parseJson('{"a": -0.10e+05, "b": 123456789012345678901234567890}');
    expect(event).toEqual(
      new Map([
        ['a', new JsonNumber('-0.10e+05')],
        ['b', new JsonNumber('123456789012345678901234567890')],
      ]),
    );
  });

  test('of duplicate keys the last wins, also when they are spelt differently', () => {
    expect(parseJson('{"a":"x","\\u0061":"y"}')).toEqual(new Map([['a', 'y']]));
  });

  test('keys such as __proto__ are plain data', () => {
    const event = parseJson('{"__proto__":{"ts":"x"},"constructor":null}');
    expect(event).toEqual(
      new Map([
        ['__proto__', new Map([['ts', 'x']])],
        ['constructor', null],
      ]),
    );
    expect(({} as { ts?: string }).ts).toBeUndefined();
  });

  test('a lone surrogate becomes U+FFFD, a pair a character', () => {
    expect(parseJson('["\\ud800","a\\udc00b","\\ud83d\\ude00","\\ude00\\ud83d",{"\\ud800":"x"}]')).toEqual([
      '\ufffd',
      'a\ufffdb',
      '😀',
      '\ufffd\ufffd',
      new Map([['\ufffd', 'x']]),
    ]);
  });

  test('deep nesting is an error and never a stack overflow', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(MAX_JSON_DEPTH))).not.toBeInstanceOf(JsonError);
    expect(parseJson(nested(MAX_JSON_DEPTH + 1))).toBeInstanceOf(JsonError);
    expect(parseJson(`[${'[],'.repeat(2 * MAX_JSON_DEPTH)}{}]`)).not.toBeInstanceOf(JsonError);
    expect(parseJson('['.repeat(100_000))).toBeInstanceOf(JsonError);
    expect(parseJson('{"a":'.repeat(100_000))).toBeInstanceOf(JsonError);
  });

  test('an error names the place', () => {
    expect(parseJson('{"a":tru}')).toMatchObject({ message: 'no JSON value at character 6' });
    expect(parseJson('{"a"')).toMatchObject({ message: 'the text ends too early at character 5' });
  });
});
