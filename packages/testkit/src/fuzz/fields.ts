import type { FieldPath, TimestampFormat } from '@hourmill/pipeline';
import { digits, edgeNumber, numberText, randomString, stringText } from './json-texts.ts';
import type { Random } from './random.ts';

type FieldKind = 'time' | 'id' | 'word' | 'text' | 'long' | 'double' | 'flag' | 'list' | 'unused';

/** A field of the events of one case, with a way to make its values. */
export interface Field {
  readonly path: FieldPath;
  readonly kind: FieldKind;
  /** How often it is missing. */
  readonly missing: number;
  /** Strings that its values are drawn from, for filters to compare with; empty where there are too many. */
  readonly words: readonly string[];
  /** Whether its integers come near the ends of 64 bits. */
  readonly isHuge: boolean;
  /** The JSON text of a value. */
  readonly value: (random: Random) => string;
}

/** How the values of a case look like. */
export interface Habits {
  readonly hourMs: number;
  readonly hourLengthMs: number;
  readonly format: TimestampFormat;
  /** How often a time lies outside the hour. */
  readonly strays: number;
  /** How often a string is written with escapes that it does not need. */
  readonly escapes: number;
  /** How often a character is none of plain ASCII. */
  readonly oddCharacters: number;
  /** So many different ids. */
  readonly ids: number;
}

const NAMES: readonly string[] = [
  ...[
    'a',
    'b',
    'publisher',
    'page',
    'campaign_id',
    'x',
    'value',
    'v',
    'city',
    'type',
    'status',
    'price',
    'latency_ms',
    'tags',
    'user agent',
  ],
  ...[
    'a.b',
    'naïve',
    '😀',
    '',
    '"quoted"',
    'back\\slash',
    '__proto__',
    'constructor',
    'a_very_long_name_of_a_field_that_takes_more_than_64_bytes_of_text',
  ],
];

/** The fields of a case: a time, an id, and others of random kinds; no path is the beginning of another one. */
export function randomFields(random: Random, habits: Habits): Field[] {
  const names = random.shuffled(NAMES);
  const kinds: FieldKind[] = ['time', 'id'];
  for (let count = random.between(1, 12); count > 0; count--) {
    kinds.push(
      random.pick<FieldKind>(['word', 'word', 'text', 'long', 'long', 'double', 'double', 'flag', 'list', 'unused']),
    );
  }
  const parents: FieldPath[] = [[], [], [], ['geo'], ['geo', 'more'], ['device.info']];
  return kinds.map((kind, index): Field => {
    const name = kind === 'time' ? 'ts' : kind === 'id' ? 'id' : (names[index % names.length] ?? '');
    const parent = kind === 'time' && random.chance(0.8) ? [] : random.pick(parents);
    const unique = index < names.length ? name : `${name}${index}`;
    const words = Array.from({ length: random.between(1, 12) }, () => randomWord(random, habits));
    const isHuge = random.chance(0.2);
    const missing = random.pick(kind === 'time' || kind === 'id' ? [0, 0, 0, 0.01] : [0, 0, 0, 0.02, 0.5]);
    return {
      path: [...parent, unique],
      kind,
      missing,
      words,
      isHuge,
      value: valueMaker(random, habits, kind, words, isHuge),
    };
  });
}

function randomWord(random: Random, { oddCharacters }: Habits): string {
  if (random.chance(0.05)) return '';
  if (random.chance(0.03)) return randomString(random, random.between(100, 3000), oddCharacters);
  return randomString(random, random.between(1, 24), oddCharacters);
}

function valueMaker(
  random: Random,
  habits: Habits,
  kind: FieldKind,
  words: readonly string[],
  isHuge: boolean,
): (random: Random) => string {
  const { escapes, oddCharacters } = habits;
  const asText = random.chance(0.1);
  const quoted = (text: string): string => (asText ? `"${text}"` : text);
  switch (kind) {
    case 'time':
      return timeMaker(random, habits);
    case 'id':
      return idMaker(random, habits);
    case 'word':
      return (r) => (r.chance(0.01) ? r.pick(['null', 'true', '17', '1.50']) : stringText(r, r.pick(words), escapes));
    case 'text':
    case 'unused': {
      const longest = random.pick([20, 60, 60, 200, 3000]);
      return (r) => stringText(r, randomString(r, r.below(r.chance(0.05) ? longest : 30), oddCharacters), escapes);
    }
    case 'flag':
      return (r) => (r.chance(0.01) ? 'null' : r.pick(['true', 'false']));
    case 'long': {
      const length = isHuge ? 19 : random.pick([1, 2, 4, 8, 12, 16]);
      const negative = random.pick([0, 0, 0.5]);
      return (r) => {
        if (r.chance(0.01)) return isHuge ? edgeNumber(r) : r.pick(['null', '-0', '1.0', '1e2', '"7"', '12e-1', '""']);
        const sign = r.chance(negative) ? '-' : '';
        return quoted(`${sign}${r.chance(0.1) ? '0' : `${r.between(1, 9)}${digits(r, r.below(length))}`}`);
      };
    }
    case 'double': {
      const style = random.below(3);
      return (r) => {
        if (r.chance(0.01)) return r.pick(['null', '-0', '-0.0', '"1.5"', '1e-400', '1e15', '5e-324']);
        if (style === 0) return quoted((r.below(100_000) / 100).toFixed(2));
        if (style === 1) return quoted(String(r.fraction() * 1000 - 200));
        return isHuge ? numberText(r) : quoted(`${r.below(1000)}.${digits(r, r.between(1, 22))}`);
      };
    }
    case 'list':
      return (r) => {
        if (r.chance(0.1)) return r.pick(['null', '[]', '"single"', '[null]', '7', 'true', '[1,1.0,true,null]']);
        return `[${Array.from({ length: r.below(4) }, () => (r.chance(0.05) ? 'null' : stringText(r, r.pick(words), escapes))).join(r.chance(0.1) ? ' , ' : ',')}]`;
      };
  }
}

function idMaker(random: Random, { ids, escapes }: Habits): (random: Random) => string {
  switch (random.below(4)) {
    case 0:
      return (r) => String(r.below(ids));
    case 1:
      return (r) => `"${(r.below(ids) * 2_654_435_761).toString(16).padStart(16, '0')}-${'0'.repeat(12)}"`;
    case 2:
      return (r) => stringText(r, `id ${r.below(ids)} é`, escapes);
    default:
      return (r) =>
        r.pick(['', '', '', '-', '.0', 'e0', '"']) === '"'
          ? `"${r.below(ids)}"`
          : `${r.below(ids)}${r.pick(['', '', '.0', 'e0', '.5'])}`;
  }
}

const UNITS = { auto: 1, millis: 1, posix: 0.001, micro: 1000, nano: 1_000_000, iso: 1 } as const;
const ZONES = ['Z', 'Z', 'Z', '', '+00:00', '+05:30', '-0800', 'z', '+02'];
const ABSURD_TIMES = [
  'null',
  '""',
  '"soon"',
  'true',
  '[]',
  '-1',
  '1e999',
  '"2026-02-30"',
  '"2026-11-22T24:00:00Z"',
  '"0000-01-01"',
  '"9999-12-31T23:59:59.999Z"',
];

/** Mostly in one way of writing and in the hour. */
function timeMaker(random: Random, habits: Habits): (random: Random) => string {
  const { hourMs, hourLengthMs, format, strays } = habits;
  const writesIso = format === 'iso' || (format === 'auto' && random.chance(0.6));
  const zone = random.pick(ZONES);
  const fractionDigits = random.pick([3, 3, 0, 1, 6, 9]);
  const separator = format === 'auto' && random.chance(0.3) ? ' ' : 'T';
  const iso = (r: Random, ms: number, zoneText: string): string => {
    const local = new Date(ms + zoneOffsetMs(zoneText)).toISOString();
    const fraction = fractionDigits === 0 ? '' : `.${(local.slice(20, 23) + digits(r, 6)).slice(0, fractionDigits)}`;
    return `"${local.slice(0, 10)}${separator}${local.slice(11, 19)}${fraction}${zoneText}"`;
  };
  const epoch = (r: Random, ms: number): string => {
    const unit = UNITS[format];
    if (unit === 1) return String(ms) + (r.chance(0.02) ? '.75' : '');
    if (unit < 1) return r.chance(0.5) ? String(Math.floor(ms / 1000)) : (ms / 1000).toFixed(3);
    return `${ms}${digits(r, unit === 1000 ? 3 : 6)}`;
  };
  return (r) => {
    if (r.chance(0.003)) return r.pick(ABSURD_TIMES);
    const far = r.chance(0.1) ? 400 : 2;
    const ms = hourMs + (r.chance(strays) ? r.between(-far, far) * hourLengthMs : 0) + r.below(hourLengthMs);
    if (writesIso) return iso(r, ms, r.chance(0.02) ? r.pick(ZONES) : zone);
    const text = epoch(r, ms);
    return r.chance(0.02) ? `"${text}"` : text;
  };
}

function zoneOffsetMs(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return 0;
  const [, sign, hours = '0', minutes = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
