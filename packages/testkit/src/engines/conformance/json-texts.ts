import { describe, expect, test } from 'vitest';
import { dimension } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Texts that may or may not be JSON, as the cases y_, n_ and i_ of JSONTestSuite are. `JSON.parse` says which are. */
const TEXTS: readonly string[] = [
  // lists
  ...['[]', '[ ]', '[1]', '[1,2]', '[1 , 2]', '[[]]', '[[[1]]]', '[null,1,"1",{}]', '[1,]', '[,1]', '[1,,2]', '[1 2]'],
  ...['[', ']', '[[]', '[]]', '[1', '[1,', '["x"', '["x",', '["x"}', '[1}', '[*]', '[-]', '[""],', '[a', '[ 1\t,\r2 ]'],
  // objects
  ...[
    '{}',
    '{ }',
    '{"a":1}',
    '{"a":{"b":{}}}',
    '{"":0}',
    '{"a":1,"a":2}',
    '{"a\\u0000b":1}',
    '{"a" : 1 }',
    '{"a":[{}]}',
  ],
  ...['{', '}', '{}}', '{{}}', '{"a"}', '{"a":}', '{"a":1,}', '{,"a":1}', '{"a":1,,"b":2}', '{"a":1 "b":2}', '{a:1}'],
  ...["{'a':1}", '{"a":1', '{"a"', '{"a', '{"a":"b', '{"a":1]', '{1:1}', '{null:1}', '{"a":1:2}', '{"a",1}', '{"a"=1}'],
  ...['{"a":1}#', '{"a":1}/**/', '{"a":/*x*/1}', '{"a":1}//', '{"a":1}x', '{"a":1}{"b":2}', '{[]:1}', '{"a":1;}'],
  // numbers
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '12',
    '1.0',
    '0.1',
    '-0.1',
    '1e1',
    '1E1',
    '1e+1',
    '1e-1',
    '0e1',
    '0E+1',
    '1.5e10',
    '-1.5E-10',
  ],
  ...['123456789012345678901234567890', '1e400', '-1e400', '1e-400', `1${'0'.repeat(400)}`, `0.${'0'.repeat(400)}1`],
  ...['1e99999999999999999999', '00', '01', '-01', '1.', '.1', '-.1', '-', '+1', '--1', '1e', '1e+', '1.e1', '1.1.1'],
  ...[
    '1e1e1',
    '1e1.5',
    '0x10',
    '0b1',
    '1_000',
    '1,000',
    'NaN',
    '-NaN',
    'Infinity',
    '-Infinity',
    'inf',
    '１',
    '1a',
    '- 1',
  ],
  ...[
    '1 .0',
    '0.',
    '0e',
    '0e+',
    '-0.0',
    '-0e-0',
    '1.0e',
    '9007199254740993',
    '9223372036854775808',
    '-9223372036854775809',
  ],
  // words
  ...[
    'true',
    'false',
    'null',
    'True',
    'TRUE',
    'tru',
    'truee',
    'fals',
    'nul',
    'nulll',
    'undefined',
    'None',
    't',
    'n',
    'true1',
  ],
  ...['nullx', 'true ', ' true', '\ttrue\r', 'tr ue', 'n\u00fcll', 'nul\u2028l'],
  // strings
  ...[
    '""',
    '"a"',
    '" "',
    '"\\""',
    '"\\\\"',
    '"\\/"',
    '"\\b\\f\\n\\r\\t"',
    '"\\u0041"',
    '"\\u00e9"',
    '"\\u0000"',
    '"\\uFFFF"',
  ],
  ...[
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\udc00"',
    '"\\ud800\\ud800"',
    '"\\ude00\\ud83d"',
    '"\\ud83dx\\ude00"',
    '"\\ud800\\n"',
  ],
  ...[
    '"\\uD834\\uDd1e"',
    '"é"',
    '"😀"',
    '"\u2028\u2029"',
    '"\u007f"',
    '"\ufeff"',
    '"\uffff"',
    '"\u0080"',
    '"a/b"',
    '"\'"',
  ],
  ...[
    '"',
    '"a',
    'a"',
    '"\\"',
    '"\\x"',
    '"\\u"',
    '"\\u1"',
    '"\\u12"',
    '"\\u123"',
    '"\\u123g"',
    '"\\U0041"',
    '"\\a"',
    '"\\0"',
  ],
  ...[
    '"\\\'"',
    '"\\u 041"',
    '"\\u+041"',
    '"\t"',
    '"\u0000"',
    '"\u001f"',
    '"\r"',
    '"a\u0001b"',
    '""x',
    '"a""b"',
    "'a'",
    '`a`',
  ],
  ...['"\\ud800\\u"', '"\\ud800\\u1"', '"\\', '"\\u00', '“a”', `"${'x'.repeat(300)}"`, `"${'\\u0041'.repeat(50)}"`],
  ...[
    `"${'x'.repeat(63)}\\\\"`,
    `"${'x'.repeat(64)}\\""`,
    `"${'\\\\'.repeat(40)}"`,
    `"${'\\\\'.repeat(40)}\\"`,
    '"\\\\\\""',
  ],
  // whitespace and structure
  ...[
    ' 1 ',
    '\t1',
    '1\r',
    '\u00a01',
    '1\u00a0',
    '\u000b1',
    '\f1',
    '\u20281',
    '\ufeff1',
    '1 2',
    '1,2',
    ':',
    ',',
    '*',
    '#',
    '\\',
  ],
  ...['<.>', '(1)', '=1', '\u2060', '\u0000', '1\u0000', '\u0000 1', '[1]\u0000', 'é', '😀', '"a":1', '\\u0041'],
];

/** As long and deep as they get. */
const DEEP: readonly (readonly [text: string, accepted: boolean])[] = [
  [`${'['.repeat(900)}${']'.repeat(900)}`, true],
  [`${'{"a":'.repeat(900)}1${'}'.repeat(900)}`, true],
  [`${'['.repeat(998)}${']'.repeat(998)}`, true],
  [`${'['.repeat(1001)}${']'.repeat(1001)}`, false],
  [`${'{"a":'.repeat(1001)}1${'}'.repeat(1001)}`, false],
  [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, false],
  ['['.repeat(100_000), false],
  ['{"a":'.repeat(100_000), false],
  [`[${'[],'.repeat(2000)}{}]`, true],
];

/** Bytes of a JSON string that are not UTF-8: overlong, cut short, surrogates, beyond U+10FFFF, lone continuations. */
const NOT_UTF8 = [
  ...['ff', 'fe', '80', 'bf', 'c0af', 'c080', 'c1bf', 'c3', 'c328', 'e0809f', 'e0a0', 'e28228', 'eda080', 'edbfbf'],
  ...['f0808080', 'f08f8080', 'f09f98', 'f0288cbc', 'f4908080', 'f5808080', 'f888808080', 'fc8480808080', 'e9'],
].map((hex) => Buffer.concat([Buffer.from('"'), Buffer.from(hex, 'hex'), Buffer.from('"')]));

const WRAPPINGS: readonly (readonly [name: string, before: string, behind: string])[] = [
  ['the last member', '"ts":"2026-11-22T10:00","v":', ''],
  ['the first member', '"v":', ',"ts":"2026-11-22T10:00"'],
  ['deep in an unused field', '"ts":"2026-11-22T10:00","x":[{"y":[0,', ']}]'],
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What is JSON, and what a string of it means: as `JSON.parse` has it, but for the limit of depth and lone surrogates. */
export function jsonTextsSuite(build: Build): void {
  describe('JSON', () => {
    /** The ordinals of those records that are events, and the reasons of the others. */
    const outcome = async (records: readonly (string | Uint8Array)[]) => {
      const file = Buffer.concat(records.flatMap((record) => [Buffer.from(record as string), Buffer.from('\n')]));
      const { rows, rejects, result } = await build({
        files: [file],
        program: { dimensions: [dimension('i', 'long')] },
      });
      expect(result.counts.kept + result.counts.rejected).toBe(records.length);
      return {
        events: rows.map(({ i }) => Number(i)),
        rejects: rejects.map(({ record, reason }) => [record, reason]),
      };
    };

    test.each(WRAPPINGS)('as %s is taken and refused as JSON.parse does', async (_name, before, behind) => {
      const records = TEXTS.map((text, index) => `{"i":${index},${before}${text}${behind}}`);
      const { events, rejects } = await outcome(records);
      const accepted = records.map(isJson);
      expect(events.map((index) => records[index])).toEqual(records.filter((_text, index) => accepted[index]));
      expect(rejects).toEqual(records.flatMap((_text, index) => (accepted[index] ? [] : [[index, 'HM_EVENT_001']])));
    });

    test('as a record of its own is refused unless it is an object', async () => {
      const records = TEXTS.filter((text) => text.trim() !== '');
      const { rejectReasons, counts } = (await build({ files: [records.join('\n')] })).result;
      const objects = records.filter((text) => isJson(text) && JSON.parse(text)?.constructor === Object);
      // An object without a time.
      expect(rejectReasons).toEqual({
        HM_EVENT_001: records.length - objects.length,
        HM_EVENT_006: objects.length,
      });
      expect(counts.rejected).toBe(records.length);
    });

    test('nested deeper than 1000 is refused', async () => {
      for (const [, before, behind] of WRAPPINGS.slice(0, 2)) {
        const records = DEEP.map(([text], index) => `{"i":${index},${before}${text}${behind}}`);
        const { events } = await outcome(records);
        expect(events).toEqual(DEEP.flatMap(([, accepted], index) => (accepted ? [index] : [])));
      }
    });

    test('that is not UTF-8 is refused, in used and unused fields and in keys', async () => {
      for (const field of ['v', 'unused']) {
        const records = NOT_UTF8.flatMap((bytes) => {
          const head = Buffer.from(`{"i":1,"ts":"2026-11-22T10:00","${field}":`);
          return [
            Buffer.concat([head, bytes, Buffer.from('}')]),
            Buffer.concat([head, Buffer.from('{'), bytes, Buffer.from(':1}}')]),
          ];
        });
        const { rejects } = await outcome(records);
        expect(rejects).toEqual(records.map((_record, index) => [index, 'HM_EVENT_002']));
      }
    });

    test('strings mean what JSON.parse says, with U+FFFD for a lone surrogate', async () => {
      const strings = TEXTS.filter((text) => isJson(text) && typeof JSON.parse(text) === 'string');
      const program = { dimensions: [dimension('i', 'long'), dimension('v')] };
      const records = strings.map((text, index) => `{"i":${index},"ts":"2026-11-22T10:00","v":${text}}`);
      const { rows } = await build({ program, files: [records.join('\n')] });
      expect(rows.map(({ v }) => v)).toEqual(strings.map((text) => (JSON.parse(text) as string).toWellFormed()));
    });

    test('of equal keys the last counts, however they are spelt', async () => {
      const members = [
        '"v":"x","v":"y"',
        '"v":"x","\\u0076":"y"',
        '"\\u0076":"x","v":"y"',
        '"v":1,"v":"y"',
        '"v":{"w":1},"v":"y"',
        '"v":"x","V":"z","v":"y","v ":"z"',
      ];
      const records = members.map((text, index) => `{"i":${index},"ts":"2026-11-22T10:00",${text}}`);
      const program = { dimensions: [dimension('i', 'long'), dimension('v')] };
      const { rows } = await build({ program, files: [records.join('\n')] });
      expect(rows.map(({ v }) => v)).toEqual(members.map(() => 'y'));
    });

    test('keys such as __proto__ are plain data, and a lone surrogate in a key is U+FFFD', async () => {
      const names = ['__proto__', 'constructor', 'toString', '', ' ', 'a.b', '\ufffd', '😀', 'é'];
      const keys = [...names.map((name) => JSON.stringify(name)), '"\\ud800"', '"\\ud83d\\ude00"', '"\\u00e9"'];
      const program = {
        dimensions: [
          dimension('i', 'long'),
          ...names.map((name, index) => ({ ...dimension(`d${index}`), path: [name] })),
        ],
      };
      const records = keys.map((key, index) => `{"i":${index},"ts":"2026-11-22T10:00",${key}:"${index}"}`);
      const { rows } = await build({ program, files: [records.join('\n')] });
      expect(
        rows.map((row) =>
          names.flatMap((name, index) => (row[`d${index}`] === null ? [] : [[name, row[`d${index}`]]])),
        ),
      ).toEqual(keys.map((key, index) => [[(JSON.parse(key) as string).toWellFormed(), String(index)]]));
    });
  });
}
