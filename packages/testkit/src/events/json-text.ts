import fc from 'fast-check';

/** JSON texts written as no serializer would write them, and still by RFC 8259. */

/** Numbers at the edges of int64, double and JSON's grammar. */
const EDGE_NUMBERS = [
  '0',
  '-0',
  '-0.0',
  '1',
  '1.0',
  '1e0',
  '1E+2',
  '100e-2',
  '1.5',
  '0.1',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '9223372036854775807.0',
  '123456789012345678901234567890',
  '5e-324',
  '1e-400',
  '1.7976931348623157e308',
  '1e400',
  '-1e999999999',
];

export function numberText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...EDGE_NUMBERS),
    fc.integer({ min: -1000, max: 1000 }).map(String),
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  );
}

/** Any string as a JSON string: each character plain, as a short escape or as `\u`, at will; lone surrogates always as `\u`. */
export function stringText(value: string): fc.Arbitrary<string> {
  return fc.array(fc.nat(2), { minLength: 1, maxLength: 7 }).map((styles) => {
    const texts = [...value].map((character, index) => characterText(character, styles[index % styles.length] ?? 0));
    return `"${texts.join('')}"`;
  });
}

function characterText(character: string, style: number): string {
  const mustEscape = character < ' ' || character === '"' || character === '\\' || !character.isWellFormed();
  if (style === 1 || (mustEscape && style === 0)) return character.split('').map(unicodeEscape).join('');
  if (style === 2 && character === '/') return '\\/';
  return mustEscape ? JSON.stringify(character).slice(1, -1) : character;
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Strings from every plane, lone surrogates, empty, long, and some that look like other things. */
export function stringValue(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(
      '',
      ' ',
      'null',
      'true',
      '1',
      '1.0',
      '__proto__',
      '\ud800',
      'a\udc00b',
      '\ufeff',
      '\u0000',
      '\uffff',
      '😀',
      'x'.repeat(5000),
    ),
    numberText(),
  );
}

/** A text of any JSON value, nested a little. */
export function valueText(): fc.Arbitrary<string> {
  const leaf = fc.oneof(numberText(), stringValue().chain(stringText), fc.constantFrom('null', 'true', 'false'));
  const list = fc.array(leaf, { maxLength: 4 }).map((elements) => `[${elements.join(' , ')}]`);
  const object = leaf.map((value) => `{"city":${value}}`);
  return fc.oneof(
    { arbitrary: leaf, weight: 8 },
    { arbitrary: list, weight: 2 },
    { arbitrary: object, weight: 1 },
    { arbitrary: fc.constantFrom('[]', '[null]', '[null,null]', '[[1]]', '{}', '[{}]'), weight: 1 },
  );
}

/** Whitespace between tokens; never LF, which ends a record. */
export function space(): fc.Arbitrary<string> {
  return fc.constantFrom('', '', '', ' ', '\t', '  ', '\r');
}
