import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../src/canonical-json.ts';

const text = (value: unknown) => new TextDecoder().decode(canonicalJson(value));

test('keys are sorted at every depth, with no white space and one line feed', () => {
  expect(text({ b: [{ z: 1, y: null }], a: 'é\n', '10': true, '9': 1.5 })).toBe(
    '{"10":true,"9":1.5,"a":"é\\n","b":[{"y":null,"z":1}]}\n',
  );
});

test('reading and writing again gives the same bytes, and loses nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const again: unknown = JSON.parse(text(value));
      expect(text(again)).toBe(text(value));
      expect(again).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
