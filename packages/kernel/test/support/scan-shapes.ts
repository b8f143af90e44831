import type { Path } from './scan-twin.ts';

/** A source of numbers below `limit`, the same for the same seed. */
export type Random = (limit: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

type Kind = 'string' | 'number' | 'word' | 'list' | Shape;

/** What the records of one producer have in common: keys in order, and what their values are. */
export interface Shape {
  readonly members: readonly { readonly key: string; readonly kind: Kind }[];
}

const KEYS = [
  'a',
  'b',
  'id',
  'geo',
  'city',
  'price',
  'ü',
  'a key of more than thirty-two bytes, which is long',
  '',
  'x',
];

export function randomShape(random: Random, depth = 0): Shape {
  const keys = depth === 0 && random(5) === 0 ? Array.from({ length: 80 }, (_, index) => `key${index}`) : KEYS;
  const members = keys
    .filter(() => random(3) > 0)
    .map((key) => ({ key, kind: randomKind(random, depth, keys.length) }))
    .sort(() => random(3) - 1);
  return { members };
}

function randomKind(random: Random, depth: number, siblings: number): Kind {
  const kinds = ['string', 'string', 'number', 'number', 'word', 'list'] as const;
  const index = random(siblings < 20 && depth < 3 ? 8 : 6);
  return kinds[index] ?? randomShape(random, depth + 1);
}

/** Some of the paths of a shape, to fields and to whole objects, and one that is nowhere. */
export function randomPaths(random: Random, shape: Shape): Path[] {
  const all = pathsOf(shape, []).filter(() => random(2) === 0);
  return [...all, ['nowhere', 'at all']];
}

function pathsOf(shape: Shape, above: Path): Path[] {
  return shape.members.flatMap(({ key, kind }) => {
    const path = [...above, key];
    return typeof kind === 'string' ? [path] : [...pathsOf(kind, path), ...(key.length > 2 ? [path] : [])];
  });
}

/** One of so many members and values differs from the shape. */
function recordText(random: Random, shape: Shape, odds: number): string {
  const odd = (): boolean => random(odds) === 0;
  const space = (): string => (odd() ? (['', ' ', '\t', ' \r '][random(4)] ?? '') : '');
  const members = shape.members.filter(() => !odd()).map(({ key, kind }) => memberText(key, kind));
  if (odd()) members.splice(random(members.length + 1), 0, memberText('new', 'string'));
  if (odd()) members.splice(random(members.length + 1), 0, memberText(KEYS[random(KEYS.length)] ?? '', 'word'));
  if (odd()) members.splice(random(members.length + 1), 0, members[random(members.length)] ?? '"a":1');
  if (odd()) members.reverse();
  return `${space()}{${space()}${members.join(`${space()},${space()}`)}${space()}}${space()}`;

  function memberText(key: string, kind: Kind): string {
    const name = odd() ? key.replaceAll('i', '\\u0069') : key;
    return `"${name}"${space()}:${space()}${odd() ? oddValue(random) : valueText(random, kind, odds)}`;
  }
}

function valueText(random: Random, kind: Kind, odds: number): string {
  switch (kind) {
    case 'string':
      return `"${'some text of any length, for instance more than a vector or two'.slice(0, random(64))}"`;
    case 'number':
      return [String(random(1000)), String(-random(1e9)), (random(1e6) / 100).toFixed(2)][random(3)] ?? '';
    case 'word':
      return ['true', 'false', 'null'][random(3)] ?? '';
    case 'list':
      return ['[]', '[1,2]', '["a","\\"]"]', '[{"city":1}]'][random(4)] ?? '';
    default:
      return recordText(random, kind, odds);
  }
}

const ODD_VALUES = [
  'null',
  'true',
  'false',
  '"null"',
  '""',
  '"\\u00e4\\n"',
  '"\\ud83d\\ude00 \\ud83d"',
  '"ä ö ü ß € 😀 and more ASCII text behind it all"',
  '"\\/\\/"',
  '"ends in an escape \\\\"',
  '"ä"',
  '1e5',
  '-0',
  '0.1234567890123456789',
  '1234567890123456789012345678901234567890',
  '1E+2',
  '{}',
  '{"city":null}',
  '{"city":{"city":[{"a":1}]},"city":1}',
  '[]',
  '[[],{}]',
];
const BROKEN_VALUES = [
  '01',
  '-',
  '1.',
  '.5',
  '1e',
  '+1',
  'nul',
  'falsy',
  'NaN',
  '"\u0001"',
  '"\\x"',
  '"\\u12g4"',
  '[1,]',
  '{"a":1,}',
  '{,}',
  '',
];

function oddValue(random: Random): string {
  const values = random(40) === 0 ? BROKEN_VALUES : ODD_VALUES;
  return values[random(values.length)] ?? '';
}

/** Lines of a few shapes, some of them cut short, blank, or with something behind; LF and CRLF. */
export function shapedFile(random: Random, shapes: readonly Shape[], lines: number, odds: number): Uint8Array {
  const text = Array.from({ length: lines }, () => {
    const shape = shapes[random(shapes.length)] ?? { members: [] };
    const record = recordText(random, shape, odds);
    const line = random(odds) > 0 ? record : (spoilt(random, record) ?? record);
    return `${line}${random(odds) === 0 ? '\r' : ''}\n`;
  }).join('');
  const bytes = Buffer.from(text);
  // Bytes that are no UTF-8, here and there.
  for (let at = 1000; at < bytes.length; at += 1 + random(2000 * odds)) {
    if (bytes[at] !== 10 && bytes[at - 1] !== 10) bytes[at] = 0x80 + random(0x80);
  }
  return bytes;
}

function spoilt(random: Random, record: string): string | undefined {
  return [
    record.slice(0, random(record.length + 1)),
    '',
    '  \t',
    `${record}}`,
    `${record}{}`,
    `x${record}`,
    '{}',
    '[]',
  ][random(8)];
}
