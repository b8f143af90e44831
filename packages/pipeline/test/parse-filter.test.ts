import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Filter, type Literal, parseFilter } from '../src/index.ts';
import { formatFilter } from './format-filter.ts';

const path = fc.array(fc.string({ unit: 'binary', minLength: 0, maxLength: 6 }), { minLength: 1, maxLength: 3 });
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom("'", '"', '%', '\\', 'a', '\n'), maxLength: 8 }),
);
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.record({ kind: fc.constant('string' as const), value: anyText }),
  fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ kind: 'number' as const, text: JSON.stringify(value) })),
  fc.bigInt().map((value) => ({ kind: 'number' as const, text: String(value) })),
);
const escaped = fc
  .record({ pattern: anyText, escape: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) })
  .filter((like) => [...like.escape].length === 1 && !like.pattern.includes(like.escape));

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 5 },
    fc.record({ kind: fc.constant('isNull' as const), field: path }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: path,
      operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
      literal,
    }),
    fc.record({
      kind: fc.constant('in' as const),
      field: path,
      literals: fc.array(literal, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant('like' as const), field: path, pattern: anyText, escape: fc.constant(null) }),
    fc.tuple(path, escaped).map(([field, rest]) => ({ kind: 'like' as const, field, ...rest })),
    fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
    fc.record({ kind: fc.constantFrom('and', 'or'), left: tie('filter'), right: tie('filter') }),
  ) as fc.Arbitrary<Filter>,
}));

test('what is written as text parses back to the same tree', () => {
  fc.assert(
    fc.property(filter, (tree) => {
      expect(parseFilter(formatFilter(tree))).toEqual(tree);
    }),
    { numRuns: 300 },
  );
});

test('any text parses, or fails with HM_DEFINITION_005 at a place inside of it', () => {
  const words = fc.constantFrom(
    'a',
    "'x'",
    '1',
    'and',
    'or',
    'not',
    '(',
    ')',
    'in',
    ',',
    'is',
    'null',
    'like',
    'escape',
    '=',
    '<',
    ' ',
    '.',
    '["k"]',
    'true',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(words, { maxLength: 12 }).map((list) => list.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseFilter(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'HM_DEFINITION_005' });
        const { offset } = (error as { context: { offset: number } }).context;
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 500 },
  );
});

const compare = (field: string, text = '1'): Filter => ({
  kind: 'compare',
  field: [field],
  operator: '=',
  literal: { kind: 'number', text },
});

test('or binds weaker than and, and weaker than not', () => {
  expect(parseFilter('a = 1 or not b = 1 and c = 1')).toEqual({
    kind: 'or',
    left: compare('a'),
    right: { kind: 'and', left: { kind: 'not', operand: compare('b') }, right: compare('c') },
  });
});

test.each([
  ['1 = a', 'a = 1'],
  ['1 != a', 'a != 1'],
  ['1 < a', 'a > 1'],
  ['1 <= a', 'a >= 1'],
  ['1 > a', 'a < 1'],
  ['1 >= a', 'a <= 1'],
])('a value may stand first: %s means %s', (one, other) => {
  expect(parseFilter(one)).toEqual(parseFilter(other));
});

test.each([
  ['A = 1 AnD B = 1', 'A = 1 and B = 1'],
  ['a <> 1', 'a != 1'],
  ['a not in (1)', 'not a in (1)'],
  ['a is not null', 'not a is null'],
  ["a not like 'x'", "not (a like 'x')"],
  ['((a = 1))', 'a = 1'],
  ['["a"]["b"].c = 1', 'a.b.c = 1'],
  ['not not a = 1', 'not (not (a = 1))'],
  ['a\n\t=1', 'a = 1'],
])('%s means %s', (one, other) => {
  expect(parseFilter(one)).toEqual(parseFilter(other));
});

test('a keyword is a field when it is quoted or follows a dot', () => {
  expect(parseFilter('["in"] is null')).toEqual({ kind: 'isNull', field: ['in'] });
  expect(parseFilter('x.in is null')).toEqual({ kind: 'isNull', field: ['x', 'in'] });
});

test('numbers keep their text: nothing is rounded', () => {
  expect(parseFilter('a = 9007199254740993')).toEqual(compare('a', '9007199254740993'));
  expect(parseFilter('a = -1.50e+03')).toEqual(compare('a', '-1.50e+03'));
});

function depth(tree: Filter): number {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return 1 + Math.max(depth(tree.left), depth(tree.right));
    case 'not':
      return 1 + depth(tree.operand);
    default:
      return 1;
  }
}

function terms(tree: Filter): Filter[] {
  return tree.kind === 'or' ? [...terms(tree.left), ...terms(tree.right)] : [tree];
}

test('a chain of 10,000 terms stays shallow and in order', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `f${index}`);
  const tree = parseFilter(names.map((name) => `${name} = 1`).join(' or '));
  expect(depth(tree)).toBeLessThanOrEqual(15);
  expect(terms(tree)).toEqual(names.map((name) => compare(name)));
});

test('200 levels of parentheses parse; more are refused, however many', () => {
  const nested = (levels: number) => `${'('.repeat(levels)}a = 1${')'.repeat(levels)}`;
  expect(parseFilter(nested(200))).toEqual(compare('a'));
  expect(() => parseFilter(nested(201))).toThrow(/nest deeper than 200/);
  expect(() => parseFilter(`${'not '.repeat(100_000)}a = 1`)).toThrow(/nest deeper than 200/);
});
