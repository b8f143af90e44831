import type { Filter, Literal } from '@hourmill/pipeline';
import { parseFilter } from '@hourmill/pipeline';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter } from '../src/filter/compile-filter.ts';
import { compileLike } from '../src/filter/like.ts';
import type { JsonObject } from '../src/json/json-value.ts';
import { parseJson } from '../src/json/parse-json.ts';

function truth(filter: string, event: string): boolean | null {
  return compileFilter(parseFilter(filter))(parseJson(event) as JsonObject);
}

describe('comparisons', () => {
  test.each([
    ["a = 'x'", '{"a":"x"}', true],
    ["a != 'x'", '{"a":"y"}', true],
    ["a = 'x'", '{"a":null}', null],
    ["a = 'x'", '{}', null],
    ["a != 'x'", '{}', null],
    ["a = '1'", '{"a":1}', null],
    ['a = 1', '{"a":"1"}', null],
    ['a = 1', '{"a":true}', null],
    ['a = true', '{"a":true}', true],
    ['a > false', '{"a":true}', true],
    ["a = 'x'", '{"a":["x"]}', null],
    ["a = 'x'", '{"a":{}}', null],
    ['a = 1', '{"a":1.0}', true],
    ['a = 1', '{"a":1e0}', true],
    ['a >= 0', '{"a":-0}', true],
    ['a = 9007199254740993', '{"a":9007199254740992}', false],
    ['a > 9007199254740992', '{"a":9007199254740993}', true],
    ['a = 9007199254740992', '{"a":9007199254740992.5}', false],
    ['a < 0.1', '{"a":0.0999999999999999999999999999}', true],
    ['a > 1', '{"a":1e400}', true],
    ["a < '😀'", '{"a":"\uffff"}', true],
    ["geo.city = 'x'", '{"geo":{"city":"x"}}', true],
    ["geo.city = 'x'", '{"geo":"x"}', null],
  ])('%s of %s is %s', (filter, event, expected) => {
    expect(truth(filter, event)).toBe(expected);
  });
});

describe('comparisons of numbers with exponents of any length', () => {
  const million = '9'.repeat(1 << 20);
  const hundred = '7'.repeat(99);

  test('know that they lie beyond the literal, or nearer to 0', () => {
    for (const [filter, number] of [
      ['a > 1', `1e${million}`],
      ['a < -1', `-1e${million}`],
      ['a > 0', `1e-${million}`],
      ['a < 1e-30', `1e-${million}`],
      ['a = 0', `0e${million}`],
      [`a > 1e${hundred}`, `1e${million}`],
      [`a < 1e-${hundred}`, `1e-${million}`],
    ] as const) {
      expect(truth(filter, `{"a":${number}}`)).toBe(true);
    }
  });

  test('are exact when the literal has a long one too', () => {
    expect(truth(`a < 1e${hundred}7`, `{"a":1e${hundred}6}`)).toBe(true);
    expect(truth(`a = 1e${hundred}7`, `{"a":10e${hundred}6}`)).toBe(true);
    expect(truth(`a > 1e-${hundred}7`, `{"a":1e-${hundred}6}`)).toBe(true);
  });
});

describe('three-valued logic', () => {
  const operands: readonly Filter[] = [true, false, null].map((value) =>
    value === null
      ? { kind: 'compare', field: ['missing'], operator: '=', literal: { kind: 'boolean', value: true } }
      : { kind: 'compare', field: ['yes'], operator: value ? '=' : '!=', literal: { kind: 'boolean', value: true } },
  );
  const event = parseJson('{"yes":true}') as JsonObject;
  const table = (kind: 'and' | 'or'): (boolean | null)[][] =>
    operands.map((left) => operands.map((right) => compileFilter({ kind, left, right })(event)));

  test('and, or, not follow the tables of SQL', () => {
    expect(table('and')).toEqual([
      [true, false, null],
      [false, false, false],
      [null, false, null],
    ]);
    expect(table('or')).toEqual([
      [true, true, true],
      [true, false, null],
      [true, null, null],
    ]);
    expect(operands.map((operand) => compileFilter({ kind: 'not', operand })(event))).toEqual([false, true, null]);
  });

  test.each([
    ['a in (1, 2)', '{"a":2.0}', true],
    ['a in (1, 2)', '{"a":3}', false],
    ['a in (1, 2)', '{}', null],
    ["a in (1, 'x')", '{"a":"x"}', true],
    ["a in (1, 'x')", '{"a":"y"}', null],
    ["a not in (1, 'x')", '{"a":"y"}', null],
    ['a is null', '{}', true],
    ['a is null', '{"a":null}', true],
    ['a is null', '{"a":[]}', false],
    ['a is not null', '{"a":{}}', true],
    ["a like 'x%'", '{"a":"xyz"}', true],
    ["a like 'x%'", '{"a":1}', null],
    ["not (a like 'x%')", '{}', null],
  ])('%s of %s is %s', (filter, json, expected) => {
    expect(truth(filter, json)).toBe(expected);
  });

  test('in is the or of its comparisons', () => {
    const literal = fc.constantFrom<Literal[]>(
      { kind: 'number', text: '1' },
      { kind: 'string', value: 'x' },
      { kind: 'boolean', value: true },
    );
    const value = fc.constantFrom('{"a":1}', '{"a":"x"}', '{"a":"y"}', '{"a":true}', '{}');
    fc.assert(
      fc.property(fc.array(literal, { minLength: 1 }), value, (literals, json) => {
        const compare = (one: Literal): Filter => ({ kind: 'compare', field: ['a'], operator: '=', literal: one });
        const or = literals.map(compare).reduce((left, right) => ({ kind: 'or', left, right }));
        const record = parseJson(json) as JsonObject;
        expect(compileFilter({ kind: 'in', field: ['a'], literals })(record)).toBe(compileFilter(or)(record));
      }),
    );
  });
});

describe('like', () => {
  test.each([
    ['', null, '', true],
    ['', null, 'a', false],
    ['%', null, '', true],
    ['a%', null, 'abc', true],
    ['a%', null, 'Abc', false],
    ['%c', null, 'abc', true],
    ['%b%', null, 'abc', true],
    ['a_c', null, 'abc', true],
    ['a_c', null, 'ac', false],
    ['_', null, '😀', true],
    ['__', null, '😀', false],
    ['100\\%', '\\', '100%', true],
    ['100\\%', '\\', '1000', false],
    ['a\\\\b', '\\', 'a\\b', true],
    ['a\\b', null, 'a\\b', true],
    ['!_x!!', '!', '_x!', true],
    ['.*', null, 'abc', false],
    ['%a%a%', null, 'xaax', true],
    ['%ab', null, 'aab', true],
    ['%a_c%c', null, 'aabcabcc', true],
    ['%😀_', null, '😀😀😀', true],
    ['%_😀', null, '😀', false],
    ['a%\n%b', null, 'a\nb', true],
  ])('%j escape %j matches %j: %s', (pattern, escapeCharacter, text, expected) => {
    expect(compileLike(pattern, escapeCharacter)(text)).toBe(expected);
  });

  test('takes texts of a megabyte', () => {
    expect(compileLike('%a%a%a%', null)('a'.repeat(1 << 20))).toBe(true);
    expect(compileLike('%a%a%b%c', null)('ab'.repeat(1 << 19))).toBe(false);
  });

  test('agrees with a regular expression', () => {
    const piece = fc.constantFrom('%', '_', 'a', 'b', '😀');
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 10 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), text, (pieces, value) => {
        const source = pieces.map((part) => (part === '%' ? '.*' : part === '_' ? '.' : part)).join('');
        expect(compileLike(pieces.join(''), null)(value)).toBe(new RegExp(`^${source}$`, 'su').test(value));
      }),
      { numRuns: 3000 },
    );
  });
});
