import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFieldPath } from '../src/index.ts';
import { formatPath } from './format-filter.ts';

const key = fc.string({ unit: 'binary', maxLength: 8 });
const plainKey = fc.stringMatching(/^[a-zA-Z0-9_@$/-]{1,8}$/);

test('any keys can be named in brackets', () => {
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), (path) => {
      expect(parseFieldPath(formatPath(path))).toEqual(path);
    }),
  );
});

test('plain keys go with dots', () => {
  fc.assert(
    fc.property(fc.array(plainKey, { minLength: 1, maxLength: 4 }), (path) => {
      expect(parseFieldPath(path.join('.'))).toEqual(path);
    }),
  );
});

test.each([
  ['geo.city', ['geo', 'city']],
  ['geo["a.b"].c', ['geo', 'a.b', 'c']],
  ['["a.b"]', ['a.b']],
  ['["a\\"b"]["\\u00e9"]', ['a"b', 'é']],
  ['user name.größe', ['user name', 'größe']],
])('%s', (text, path) => {
  expect(parseFieldPath(text)).toEqual(path);
});

test.each([
  ['', 0],
  ['.a', 0],
  ['a.', 2],
  ['a..b', 2],
  ['a[b]', 1],
  ['a["b"', 1],
  ['["a"]b', 5],
  ['a.["b"]', 2],
  ['a ', 1],
  ['a\nb', 1],
])('%j is refused at character %i', (text, offset) => {
  expect(() => parseFieldPath(text)).toThrow(
    expect.objectContaining({ code: 'HM_DEFINITION_003', context: { offset } }),
  );
});
