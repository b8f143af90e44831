import type { Program } from '@hourmill/pipeline';
import fc from 'fast-check';
import { numberText, space, stringText, stringValue, valueText } from './json-text.ts';

/** Start of the hour that most hostile events lie in. */
export const HOSTILE_HOUR_MS = Date.parse('2026-11-22T10:00:00Z');

/** The fields of hostile events; {@link HOSTILE_PROGRAM} and {@link hostileProgram} use them. `geo.city` is nested. */
const FIELDS = ['ts', 'id', 'publisher', 'status', 'price', 'latency', 'tags', 'geo', 'type'] as const;

/** Uses every field, deduplicates by `id`, and rolls up by minute. */
export const HOSTILE_PROGRAM: Program = {
  timestamp: { path: ['ts'], format: 'auto' },
  deduplicate: { key: [['id']], keep: 'first' },
  filter: null,
  queryGranularityMs: 60_000,
  dimensions: [
    { name: 'publisher', path: ['publisher'], type: 'string', multiValue: null },
    { name: 'status', path: ['status'], type: 'long', multiValue: null },
    { name: 'price_point', path: ['price'], type: 'double', multiValue: null },
    { name: 'tags', path: ['tags'], type: 'string', multiValue: 'SORTED_ARRAY' },
    { name: 'city', path: ['geo', 'city'], type: 'string', multiValue: null },
  ],
  metrics: [
    { name: 'events', type: 'count' },
    { name: 'revenue', type: 'doubleSum', path: ['price'] },
    { name: 'lowest_price', type: 'doubleMin', path: ['price'] },
    { name: 'highest_price', type: 'doubleMax', path: ['price'] },
    { name: 'fastest', type: 'longMin', path: ['latency'] },
    { name: 'slowest', type: 'longMax', path: ['latency'] },
  ],
  countMetric: 'events',
};

/** Variations of {@link HOSTILE_PROGRAM}: key, keep, filter, list handling, some of the columns in any order. */
export function hostileProgram(): fc.Arbitrary<Program> {
  return fc
    .record({
      deduplicate: fc.constantFrom<Program['deduplicate'][]>(
        null,
        { key: [['id']], keep: 'first' },
        { key: [['id']], keep: 'last' },
        { key: [['publisher'], ['id']], keep: 'first' },
      ),
      filter: fc.constantFrom<Program['filter'][]>(
        null,
        { kind: 'compare', field: ['price'], operator: '>=', literal: { kind: 'number', text: '1' } },
        { kind: 'not', operand: { kind: 'isNull', field: ['type'] } },
        { kind: 'like', field: ['publisher'], pattern: '%\\_%', escape: '\\' },
      ),
      handling: fc.constantFrom('ARRAY' as const, 'SORTED_ARRAY' as const, 'SORTED_SET' as const),
      dimensions: fc.shuffledSubarray([...HOSTILE_PROGRAM.dimensions]),
      queryGranularityMs: fc.constantFrom(1, 1000, 60_000, 3_600_000),
    })
    .map(({ handling, dimensions, ...rest }) => ({
      ...HOSTILE_PROGRAM,
      ...rest,
      dimensions: dimensions.map((column) =>
        column.multiValue === null ? column : { ...column, multiValue: handling },
      ),
    }));
}

/**
 * One well-formed event as JSON text without line end: keys shuffled, missing, twice or spelt with escapes, odd spacing,
 * unused and nested fields. Its values may still be of types that the columns refuse.
 */
export function hostileEvent(): fc.Arbitrary<string> {
  const member = fc.constantFrom(...FIELDS).chain(memberText);
  const usual = fc.tuple(memberText('ts'), memberText('id'));
  return fc
    .tuple(
      usual,
      fc.array(fc.oneof(member, unusedMember()), { maxLength: 10 }),
      fc.array(space(), { minLength: 1, maxLength: 3 }),
    )
    .chain(([first, more, spaces]) =>
      fc.shuffledSubarray([...first, ...more], { minLength: first.length + more.length }).map((members) => {
        const gap = (index: number): string => spaces[index % spaces.length] ?? '';
        return `${gap(0)}{${members.map((text, index) => gap(index) + text + gap(index + 1)).join(',')}}${gap(2)}`;
      }),
    );
}

/** A line of a file without its end: mostly an event, else something that is none. */
function hostileLine(): fc.Arbitrary<Uint8Array> {
  const text = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
    arbitrary.map((line) => Buffer.from(line));
  const broken = hostileEvent().chain((event) =>
    fc.nat(event.length).map((length) => event.slice(0, length).toWellFormed()),
  );
  const noEvents = [
    '',
    ' \t\r',
    '[]',
    '1',
    'null',
    '"x"',
    '{}',
    '{"ts":',
    '\ufeff{}',
    `${'['.repeat(5000)}`,
    `{"a":${'['.repeat(1500)}${']'.repeat(1500)}}`,
    '{"ts":1,}',
    "{'ts':1}",
    '{"ts":01}',
    '{"ts":NaN}',
    '{"a":"\u0001"}',
  ];
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => array.filter((byte) => byte !== 0x0a));
  return fc.oneof(
    { arbitrary: text(hostileEvent()), weight: 12 },
    { arbitrary: text(broken), weight: 1 },
    { arbitrary: text(fc.constantFrom(...noEvents)), weight: 2 },
    { arbitrary: bytes, weight: 1 },
  );
}

/** A file of JSON lines: LF and CRLF mixed, perhaps a BOM in front, perhaps no end to the last line. */
export function hostileFile(maxLines = 40): fc.Arbitrary<Uint8Array> {
  const ended = fc
    .tuple(hostileLine(), fc.constantFrom('\n', '\n', '\r\n'))
    .map(([line, end]) => Buffer.concat([line, Buffer.from(end)]));
  return fc
    .tuple(
      fc.constantFrom('', '', '\ufeff'),
      fc.array(ended, { maxLength: maxLines }),
      fc.oneof(fc.constant(new Uint8Array(0)), hostileLine()),
    )
    .map(([bom, lines, last]) => Buffer.concat([Buffer.from(bom), ...lines, last]));
}

/** The same file for the same seed, of about so many lines: for benches and for comparing engines over more than a property holds. */
export function sampleHostileFile(options: { readonly seed: number; readonly lines: number }): Uint8Array {
  const lines = fc.sample(hostileLine(), { seed: options.seed, numRuns: options.lines });
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
}

function memberText(field: (typeof FIELDS)[number]): fc.Arbitrary<string> {
  return fc
    .tuple(stringText(field), space(), space(), fieldText(field))
    .map(([key, before, behind, value]) => `${key}${before}:${behind}${value}`);
}

function unusedMember(): fc.Arbitrary<string> {
  const key = fc.oneof(stringValue(), fc.constantFrom('__proto__', 'constructor', 'toString', ''));
  return fc.tuple(key.chain(stringText), valueText()).map(([name, value]) => `${name}:${value}`);
}

/** Mostly what the column expects, so that many events survive; else anything. */
function fieldText(field: (typeof FIELDS)[number]): fc.Arbitrary<string> {
  return fc.oneof({ arbitrary: expectedText(field), weight: 15 }, { arbitrary: valueText(), weight: 1 });
}

function expectedText(field: (typeof FIELDS)[number]): fc.Arbitrary<string> {
  const few = fc.constantFrom('a', 'b', 'ä', '_x', 'z'.repeat(300), '\uffff', '😀');
  switch (field) {
    case 'ts':
      return timeText();
    case 'id':
      return fc.oneof(
        fc.nat(20).map(String),
        fc.nat(20).map((id) => `${id}.0`),
        fc.nat(20).map((id) => `"${id}"`),
      );
    case 'status':
      return fc.oneof(
        fc.nat(3).map(String),
        fc.nat(3).map((status) => `"${status}"`),
        fc.constantFrom('1.0', '2e0', '-0'),
      );
    case 'price':
      return fc.oneof(
        numberText(),
        fc.nat(500).map((cents) => String(cents / 100)),
      );
    case 'latency':
      return fc.oneof(fc.maxSafeNat().map(String), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String));
    case 'tags':
      return fc
        .array(fc.oneof(few.chain(stringText), fc.constant('null')), { maxLength: 4 })
        .map((tags) => `[${tags.join(',')}]`);
    case 'geo':
      return fc.oneof(
        few.chain(stringText).map((city) => `{"city":${city}}`),
        fc.constantFrom('{}', 'null', '"nowhere"'),
      );
    case 'publisher':
    case 'type':
      return few.chain(stringText);
  }
}

/** Times as numbers and ISO texts: in the hour, at its edges, next to it and absurd. */
function timeText(): fc.Arbitrary<string> {
  const inHour = fc.nat(3_599_999).map((ms) => HOSTILE_HOUR_MS + ms);
  const nearby = fc.integer({ min: -7_200_000, max: 7_200_000 }).map((ms) => HOSTILE_HOUR_MS + ms);
  const iso = inHour.map((ms) => JSON.stringify(new Date(ms).toISOString()));
  const edges = [
    '"2026-11-22T10:00:00Z"',
    '"2026-11-22 10:59:59.9999999"',
    '"2026-11-22T11:00:00Z"',
    '"2026-11-22T15:30:00+05:30"',
    '"2026-11-22T10"',
    '"2026-02-30"',
    '"2026-11-22T24:00:00Z"',
    '""',
    '1e999',
    '-1',
  ];
  return fc.oneof(
    { arbitrary: iso, weight: 4 },
    { arbitrary: inHour.map(String), weight: 3 },
    { arbitrary: inHour.map((ms) => `${ms}.75`), weight: 1 },
    { arbitrary: inHour.map((ms) => `"${ms}"`), weight: 1 },
    { arbitrary: nearby.map(String), weight: 1 },
    { arbitrary: fc.constantFrom(...edges), weight: 1 },
  );
}
