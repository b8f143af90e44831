import type { Field } from './fields.ts';
import { anyValue, randomString, space, stringText } from './json-texts.ts';
import type { Random } from './random.ts';

/** One program that writes events: the same members in the same order and spacing, line after line. */
export type Producer = (random: Random) => string;

/** A member of an object: a field, or an object of members. */
type Member = { readonly key: string } & ({ readonly field: Field } | { readonly members: readonly Member[] });

interface Style {
  readonly colon: string;
  readonly comma: string;
  /** How often a record is written otherwise than the others. */
  readonly oddness: number;
  readonly escapes: number;
}

export function randomProducer(random: Random, fields: readonly Field[], oddness: number, escapes: number): Producer {
  const optional = fields.filter(({ kind }) => kind !== 'time' && kind !== 'id');
  const used = random.chance(0.7) ? fields : fields.filter((field) => !optional.includes(field) || random.chance(0.7));
  const members = membersOf(random.chance(0.5) ? used : random.shuffled(used), 0, random);
  const [colon, comma] = random.pick([
    [':', ','],
    [':', ','],
    [': ', ', '],
    [' : ', ' ,'],
  ] as const);
  const style = { colon, comma, oddness, escapes };
  return (r) => objectText(r, members, style);
}

/** The members of an object at this depth of the paths. */
function membersOf(fields: readonly Field[], depth: number, random: Random): Member[] {
  const byKey = new Map<string, Field[]>();
  for (const field of fields) {
    const key = field.path[depth] ?? '';
    byKey.set(key, [...(byKey.get(key) ?? []), field]);
  }
  return [...byKey].map(([name, group]) => {
    const key = stringText(random, name, random.chance(0.03) ? 1 : 0);
    const [first] = group;
    if (first !== undefined && first.path.length === depth + 1) return { key, field: first };
    return { key, members: membersOf(group, depth + 1, random) };
  });
}

function objectText(random: Random, members: readonly Member[], style: Style): string {
  const isOdd = style.oddness > 0 && random.chance(style.oddness);
  let text = '';
  for (const member of isOdd && random.chance(0.4) ? random.shuffled(members) : members) {
    if ('field' in member && member.field.missing > 0 && random.chance(member.field.missing)) continue;
    const value = 'field' in member ? member.field.value(random) : objectText(random, member.members, style);
    const memberText = isOdd ? oddMember(random, member, value, style) : member.key + style.colon + value;
    text += text === '' ? memberText : style.comma + memberText;
  }
  if (!isOdd) return `{${text}}`;
  if (random.chance(0.3)) text += `${text === '' ? '' : ','}${unusedMember(random)}`;
  if (random.chance(0.2)) text = `${unusedMember(random)}${text === '' ? '' : ','}${text}`;
  return `{${space(random)}${text}${space(random)}}`;
}

/** One member in a way that no other record has: another type, spacing, spelling, or twice. */
function oddMember(random: Random, member: Member, value: string, style: Style): string {
  const key = random.chance(0.2) ? stringText(random, JSON.parse(member.key) as string, 1) : member.key;
  switch (random.below(12)) {
    case 0:
      return `${key}:${anyValue(random)}`;
    case 1:
      return `${key}:null`;
    case 2:
      return `${member.key}:${anyValue(random)},${key}:${value}`;
    case 3:
      return `${space(random)}${key}${space(random)}:${space(random)}${value}${space(random)}`;
    case 4:
      return `${key}:${value},${unusedMember(random)}`;
    default:
      return key + style.colon + value;
  }
}

function unusedMember(random: Random): string {
  const name = random.chance(0.5)
    ? randomString(random, random.below(12), 0.2)
    : random.pick(['__proto__', 'toString', '', '\ud800', 'ts ', 'ID']);
  return `${stringText(random, name, 0.2)}${space(random)}:${space(random)}${anyValue(random)}`;
}

const GARBAGE = [
  ...[
    '[]',
    '1',
    'null',
    '"x"',
    '{}',
    '{"ts":',
    '\ufeff{}',
    '{"ts":1,}',
    "{'ts':1}",
    '{"ts":01}',
    '{"ts":NaN}',
    '{"a":"\u0001"}',
    '}{',
    '{"a":1}}',
  ],
  ...[
    '{"a":1} x',
    '{"a":"\\u12"}',
    '{"a":tru}',
    '{"a":+1}',
    '{"a":1.}',
    '\u00a0{}',
    '{}{}',
    'x',
    '\0',
    '{"\0":1}',
    '{"a":"\\ud800\\u00zz"}',
  ],
];
const BLANK = ['', ' ', '\t', '\r', ' \t\r ', '    '];
const BREAKERS = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\0',
  '\t',
  '\u0001',
  'e',
  '-',
  '.',
  '0',
  ' ',
  '\r',
  '\ufeff',
  'é',
  '\u2028',
];
const BAD_BYTES = ['ff', '80', 'c0af', 'c3', 'e28228', 'eda080', 'f09f98', 'f4908080'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** What a good record becomes on its way: cut, changed, or not UTF-8. Or a line that never was one. */
export function brokenLine(random: Random, record: string): string | Uint8Array {
  const at = random.below(record.length + 1);
  switch (random.below(8)) {
    case 0:
      return record.slice(0, at).toWellFormed();
    case 1:
      return (record.slice(0, at) + record.slice(at + 1)).toWellFormed();
    case 2:
      return (record.slice(0, at) + random.pick(BREAKERS) + record.slice(at)).toWellFormed();
    case 3:
      return (record.slice(0, at) + random.pick(BREAKERS) + record.slice(at + 1)).toWellFormed();
    case 4: {
      const bytes = Buffer.from(record);
      const cut = random.below(bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, cut), random.pick(BAD_BYTES), bytes.subarray(cut)]);
    }
    case 5:
      return random.pick(BLANK);
    case 6:
      return record + random.pick([' ', '\r', '\t', ',', 'x', '\0', record]);
    default:
      return random.pick(GARBAGE);
  }
}
