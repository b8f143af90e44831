import type { Random } from './random.ts';

/** Random JSON texts, fast. Never with a LF, which ends a record. */

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-_ ';
/** Each of one to four bytes of UTF-8, or a character that JSON must escape, or half a surrogate pair. */
const ODD_CHARACTERS = [
  'é',
  'ß',
  '\u0000',
  '\u001f',
  '\n',
  '\t',
  '"',
  '\\',
  '/',
  '\u007f',
  '\u0080',
  '\u07ff',
  '\u0800',
].concat([
  '\u2028',
  '\ufeff',
  '\uffff',
  '\ud7ff',
  '\ue000',
  '😀',
  '𐀀',
  '\u{10ffff}',
  '\ud800',
  '\udfff',
  '\ud83d',
  '\ude00',
  'e\u0301',
]);

const EDGE_NUMBERS = [
  ...[
    '0',
    '-0',
    '-0.0',
    '0e0',
    '1',
    '1.0',
    '1e0',
    '1E+2',
    '100e-2',
    '1.5',
    '0.1',
    '-0.5',
    '1e-7',
    '1e21',
    '1e22',
    '1e23',
    '4.35',
  ],
  ...[
    '9007199254740992',
    '9007199254740993',
    '9007199254740993.0',
    '9223372036854775807',
    '-9223372036854775808',
    '9223372036854775808',
  ],
  ...[
    '-9223372036854775809',
    '9223372036854775807.0',
    '922337203685477580.7e1',
    '123456789012345678901234567890',
    '18446744073709551616',
  ],
  ...[
    '5e-324',
    '2e-324',
    '1e-400',
    '2.2250738585072011e-308',
    '1.7976931348623157e308',
    '1.7976931348623159e308',
    '1e400',
    '-1e999999999',
  ],
  ...[
    '0.1000000000000000055511151231257827021181583404541015625',
    '9007199254740992.5',
    '1000000000000000000',
    '999999999999999999',
  ],
] as const;

const WEIRD_VALUES = [
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '[null]',
    '[null,null]',
    '[[1]]',
    '[{}]',
    '""',
    '" "',
    '"null"',
    '"1"',
    '"1.0"',
    '" 1"',
    '"NaN"',
  ],
  ...[
    '"-0"',
    '"1e2"',
    '{"city":"x"}',
    '{"a":{"b":{"c":[1,{"d":2}]}}}',
    '["a","b","a"]',
    '["",null,"\\u0000"]',
    '[ 1 , 2.50 , "x" ]',
  ],
] as const;

export function digits(random: Random, count: number): string {
  let text = '';
  for (let index = 0; index < count; index++) text += DIGITS[random.below(10)];
  return text;
}

/** Letters, digits and spaces; with this chance for each an odd character instead. */
export function randomString(random: Random, length: number, oddness: number): string {
  let text = '';
  for (let index = 0; index < length; index++) {
    text += oddness > 0 && random.chance(oddness) ? random.pick(ODD_CHARACTERS) : LETTERS[random.below(LETTERS.length)];
  }
  return text;
}

const PLAIN_STRING = /^[\x20\x21\x23-\x5b\x5d-\u{d7ff}\u{e000}-\u{10ffff}]*$/u;

/** A string as JSON: with this chance for each character as an escape that it does not need. */
export function stringText(random: Random, value: string, escapes: number): string {
  if (!(escapes > 0 && random.chance(escapes))) {
    // JSON.stringify escapes lone surrogates too.
    return PLAIN_STRING.test(value) ? `"${value}"` : JSON.stringify(value);
  }
  let text = '"';
  for (const character of value) {
    if (random.chance(0.3))
      text += character
        .split('')
        .map((unit) => unicodeEscape(random, unit))
        .join('');
    else if (character === '/' && random.chance(0.5)) text += '\\/';
    else text += JSON.stringify(character).slice(1, -1);
  }
  return `${text}"`;
}

function unicodeEscape(random: Random, unit: string): string {
  const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${random.chance(0.5) ? hex : hex.toUpperCase()}`;
}

export function edgeNumber(random: Random): string {
  return random.pick(EDGE_NUMBERS);
}

const doubleView = new DataView(new ArrayBuffer(8));

/** A number in one of the ways that people and programs write them. */
export function numberText(random: Random): string {
  switch (random.below(8)) {
    case 0:
      return edgeNumber(random);
    case 1:
      return String(random.between(-1000, 1000));
    case 2:
      return `${random.chance(0.3) ? '-' : ''}${random.between(1, 9)}${digits(random, random.below(20))}`;
    case 3:
      return (random.between(-100_000, 1_000_000) / 100).toFixed(2);
    case 4:
      return `${random.below(100)}.${digits(random, random.between(1, 25))}`;
    case 5:
      return `${random.between(1, 9)}.${digits(random, random.between(1, 18))}${random.pick(['e', 'E', 'e+', 'e-', 'E-'])}${random.below(330)}`;
    case 6:
      return String(random.fraction() * 10 ** random.between(-10, 20));
    default: {
      doubleView.setUint32(0, random.bits());
      doubleView.setUint32(4, random.bits());
      const double = doubleView.getFloat64(0);
      return Number.isFinite(double) ? String(double) : '0';
    }
  }
}

/** Any value. */
export function anyValue(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return numberText(random);
    case 1:
      return `"${numberText(random)}"`;
    case 2:
      return stringText(random, randomString(random, random.below(40), 0.2), 0.5);
    case 3:
      return random.chance(0.1) ? deepValue(random) : nestedValue(random, 3);
    default:
      return random.pick(WEIRD_VALUES);
  }
}

function nestedValue(random: Random, depth: number): string {
  if (depth === 0) return random.pick(WEIRD_VALUES);
  const members = Array.from({ length: random.below(4) }, () => nestedValue(random, depth - 1));
  if (random.chance(0.5)) return `[${members.join(random.pick([',', ' , ']))}]`;
  return `{${members.map((member) => `${stringText(random, randomString(random, random.below(8), 0.1), 0.1)}:${member}`).join(',')}}`;
}

/** Around the depth that is allowed, and far beyond. */
function deepValue(random: Random): string {
  const depth = random.pick([20, 100, 990, 997, 998, 999, 1000, 1001, 3000]);
  return random.chance(0.5)
    ? `${'['.repeat(depth)}${']'.repeat(depth)}`
    : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

export function space(random: Random): string {
  return random.pick(['', '', '', ' ', '  ', '\t', '\r', ' \t ']);
}
