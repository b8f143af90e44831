import { chunkAt } from '@hourmill/core';
import { type MultiValueHandling, parseFilter, type TimestampFormat } from '@hourmill/pipeline';
import {
  checkTimeKind,
  compareNumbers,
  compileFilter,
  fingerprint,
  JsonNumber,
  type JsonObject,
  type JsonValue,
  parseJson,
  parseTime,
  Reject,
  readDouble,
  readKeyValue,
  readLong,
  readMultiValue,
  readString,
} from '@hourmill/record';
import { describe, expect, test } from 'vitest';
import type { Built } from '../build.ts';
import { dimension, metrics, multiValue, TEST_HOUR } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Values of a field as JSON texts: the edges of int64, double, time and string, and of what is none of them. */
const NUMBERS: readonly string[] = [
  ...[
    '0',
    '-0',
    '0.0',
    '-0.0',
    '0e5',
    '1',
    '-1',
    '1.0',
    '1.00',
    '1e0',
    '1E+0',
    '10e-1',
    '1e2',
    '100',
    '1200e-2',
    '0.1',
    '-0.1',
  ],
  ...[
    '1.5',
    '-1.5',
    '1e-1',
    '1e18',
    '1e19',
    '12345678',
    '123456789',
    '1234567890123456',
    '12345678901234567',
    '99999999999999999',
  ],
  ...[
    '999999999999999999',
    '1000000000000000000',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
  ],
  ...[
    '9223372036854775807',
    '-9223372036854775808',
    '9223372036854775808',
    '-9223372036854775809',
    '9223372036854775807.0',
  ],
  ...[
    '9.223372036854775807e18',
    '9.223372036854775808e18',
    '18446744073709551615',
    '18446744073709551616',
    '123456789012345678901234567890',
  ],
  ...[
    '5e-324',
    '2.4e-324',
    '2.5e-324',
    '1e-400',
    '-1e-400',
    '2.2250738585072014e-308',
    '2.2250738585072011e-308',
    '1e308',
    '1e309',
  ],
  ...[
    '1.7976931348623157e308',
    '1.7976931348623158e308',
    '1.7976931348623159e308',
    '1e400',
    '-1e400',
    '1e999999999',
    '-1e-999999999',
  ],
  ...[
    '0.30000000000000004',
    '0.1000000000000000055511151231257827',
    '8.5',
    '123.456',
    '3.141592653589793238462643',
    '1e22',
    '1e23',
    '1e-22',
  ],
  ...[
    '179769313486231580793728971405301e276',
    '6.62607015e-34',
    '4.35',
    '0.000001',
    '0.0000001',
    '72057594037927945',
    '72057594037927936.5',
  ],
  ...[
    '9007199254740993.0',
    '9007199254740992.5',
    `1${'0'.repeat(40)}e-40`,
    `0.${'0'.repeat(40)}1e41`,
    `${'9'.repeat(400)}`,
    '1e00000000000000000002',
  ],
];
const STRINGS: readonly string[] = [
  ...[
    '""',
    '" "',
    '"a"',
    '"A"',
    '"null"',
    '"true"',
    '" 1"',
    '"1 "',
    '"+1"',
    '"01"',
    '"0x1"',
    '"1_000"',
    '"1,5"',
    '"NaN"',
    '"Infinity"',
    '"-"',
    '"."',
  ],
  ...[
    '"é"',
    '"e\\u0301"',
    '"\\u00e9"',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud83d\\ude00"',
    '"😀"',
    '"\\ud800"',
    '"\uffff"',
    '"\\"\\\\\\/\\n"',
    '"%"',
    '"a_b"',
  ],
  ...[
    `"${'x'.repeat(15)}"`,
    `"${'x'.repeat(16)}"`,
    `"${'x'.repeat(17)}"`,
    `"${'x'.repeat(64)}"`,
    `"${'é'.repeat(40)}"`,
    `"${'y'.repeat(3000)}"`,
  ],
];
const OTHERS = [
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '[null]',
  '[null,null]',
  '["a"]',
  '["b","a","b"]',
  '[1,1.0,"1",true,null]',
].concat([
  '[ "a" , "b" ]',
  '["\\u0061","a"]',
  '[""]',
  '["a\\u0000","a"]',
  '[[]]',
  '["a",{}]',
  '{"city":"x"}',
  '["😀","\uffff","\\ufffd"]',
]);
const VALUES = [...NUMBERS, ...NUMBERS.map((text) => `"${text}"`), ...STRINGS, ...OTHERS];

const TIMES: readonly string[] = [
  ...[
    '2026-11-22T10:00:00Z',
    '2026-11-22T10:59:59.999Z',
    '2026-11-22T10:59:59.9999999Z',
    '2026-11-22T11:00:00Z',
    '2026-11-22T09:59:59.999Z',
  ],
  ...[
    '2026-11-22',
    '2026-11-22T10',
    '2026-11-22T10:30',
    '2026-11-22t10:30:15z',
    '2026-11-22 10:30:15',
    '2026-11-22T10:30:15.1',
    '2026-11-22T10:30:15,12Z',
  ],
  ...[
    '2026-11-22T10:30:15.123456789Z',
    '2026-11-22T15:30:00+05:30',
    '2026-11-22T02:30:00-0800',
    '2026-11-22T12+02',
    '2026-11-22T10:00:00-00:00',
  ],
  ...[
    '2026',
    '2026-11',
    '2026-02-29',
    '2024-02-29',
    '1900-02-29',
    '2000-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-1',
    '26-11-22',
  ],
  ...[
    '2026-11-22T24:00:00Z',
    '2026-11-22T23:60:00Z',
    '2026-11-22T23:59:60Z',
    '2026-11-22T10:30:15.',
    '2026-11-22T',
    '2026-11-22T10:30:15+24:00',
  ],
  ...[
    '2026-11-22T10:30:15+05:60',
    '2026-11-22T10:30:15+5',
    '2026-11-22T10:30:15 Z',
    ' 2026-11-22',
    '2026-11-22T10:30:15Zx',
    '2026-W47-7',
    '+2026-11-22',
  ],
  ...[
    '0000-01-01T00:00:00Z',
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-00:01',
    '٢٠٢٦-11-22',
    '2026-11-22T10:30:1５',
    '',
  ],
].map((text) => JSON.stringify(text));
/** The hour's start in ms, with the fractions and exponents of every unit. */
const EPOCHS = [
  ...[
    '1795341600',
    '1795341600.5',
    '1795341599.9999',
    '1.7953416e9',
    '1795341600000',
    '1795341599999',
    '1795341600000.999',
    '1.7953416e12',
  ],
  ...[
    '1795341600000000',
    '1795341600000001',
    '1795341599999999',
    '1795341600000000000',
    '1795341600000000001',
    '1795345199999999999',
    '-1',
    '-0.5',
    '0',
  ],
  ...[
    '253402300799999',
    '253402300800000',
    '-62167219200000',
    '-62167219200001',
    '1e999999999',
    '-1e999999999',
    '1e-999999999',
    '00',
    '1 ',
  ],
];

const FILTERS = [
  ...[
    'v = 1',
    'v != 1',
    'v < 1',
    'v >= 9007199254740993',
    'v > 9223372036854775807',
    'v <= 0.1',
    'v = 0',
    "v = 'a'",
    "v < 'é'",
    "v >= '😀'",
    "v != ''",
  ],
  ...[
    'v = true',
    'v > false',
    'v is null',
    'v is not null',
    "v in (1, 'a', 1.5)",
    "v not in (1, 'a')",
    "v like 'a%'",
    "v like '%x_'",
    "v like '!%' escape '!'",
  ],
  ...[
    'not (v = 1) and v is not null',
    "v = 1 or v = 'a' or v.city = 'x'",
    "v like '%😀%' or v like '_'",
    "not (v like '%a%' or v > 5)",
  ],
];

/** Every kind of value in every kind of column means what packages/record says it means. */
export function valuesSuite(build: Build): void {
  describe('a value', () => {
    const hour = '2026-11-22T10:00';
    /** Number i of the file has `i` and this value in `v`. */
    const fileOf = (texts: readonly string[], ts = `"ts":"${hour}",`): string =>
      texts.map((text, index) => `{${ts}"i":${index},"v":${text}}\n`).join('');
    const parsed = VALUES.map((text) => parseJson(text) as JsonValue);

    /** By record: the value of a column, or the reason of the reject. */
    function outcomes({ rows, rejects }: Built, column: string): unknown[] {
      const all: unknown[] = [];
      for (const row of rows) all[Number(row['i'])] = row[column];
      for (const { record, reason, detail } of rejects) all[Number(record)] = `${reason} ${detail}`;
      return all;
    }

    const orReason = (value: unknown): unknown => (value instanceof Reject ? `${value.reason} ${value.detail}` : value);

    test.each(['string', 'long', 'double'] as const)('in a %s dimension', async (type) => {
      const read = { string: readString, long: readLong, double: readDouble }[type];
      const program = { dimensions: [dimension('i', 'long'), dimension('v', type)] };
      const built = await build({ program, files: [fileOf(VALUES)] });
      expect(outcomes(built, 'v')).toEqual(parsed.map((value) => orReason(read(value, ['v']))));
    });

    test.each<MultiValueHandling>(['ARRAY', 'SORTED_ARRAY', 'SORTED_SET'])(
      'in a dimension of lists, %s',
      async (handling) => {
        const program = { dimensions: [dimension('i', 'long'), multiValue('v', handling)] };
        const built = await build({ program, files: [fileOf(VALUES)] });
        expect(outcomes(built, 'v')).toEqual(parsed.map((value) => orReason(readMultiValue(value, handling, ['v']))));
      },
    );

    test.each(['longSum', 'longMin', 'longMax', 'doubleSum', 'doubleMin', 'doubleMax'] as const)(
      'in a %s',
      async (type) => {
        const read = type.startsWith('long') ? readLong : readDouble;
        const program = { dimensions: [dimension('i', 'long')], metrics: metrics(`${type} v`) };
        // A total beyond 64 bits would fail the run, so the two greatest stay away from sums.
        const isGreat = (value: unknown): boolean =>
          typeof value === 'bigint' && (value > 2n ** 60n || value < -(2n ** 60n));
        const texts = VALUES.filter(
          (text) => type !== 'longSum' || !isGreat(readLong(parseJson(text) as JsonValue, ['v'])),
        );
        const built = await build({ program, files: [fileOf(texts)] });
        expect(outcomes(built, `${type}_v`)).toEqual(
          texts.map((text) => orReason(read(parseJson(text) as JsonValue, ['v']))),
        );
      },
    );

    test('as a deduplication key', async () => {
      const program = {
        dimensions: [dimension('i', 'long')],
        deduplicate: { key: [['v']], keep: 'first' },
      } as const;
      const { rows, rejects, result } = await build({ program, files: [fileOf(VALUES)] });
      const keys = parsed.map((value) => readKeyValue(value, ['v']));
      const seen = new Set<string>();
      const expected: number[] = [];
      for (const [index, key] of keys.entries()) {
        if (key === null || key instanceof Reject || seen.has(fingerprint([key]))) continue;
        seen.add(fingerprint([key]));
        expected.push(index);
      }
      expect(rows.map(({ i }) => Number(i))).toEqual(expected);
      expect(result.identity?.keys).toBe(expected.length);
      expect(rejects.map(({ record, reason }) => [record, reason])).toEqual(
        keys.flatMap((key, index) => {
          if (key === null) return [[index, 'HM_EVENT_008']];
          return key instanceof Reject ? [[index, key.reason]] : [];
        }),
      );
    });

    test.each<TimestampFormat>(['auto', 'iso', 'millis', 'posix', 'micro', 'nano'])(
      'as a time in format %s',
      async (format) => {
        const texts = [
          ...TIMES,
          ...EPOCHS.filter((text) => !/^0.|\s/.test(text)),
          ...EPOCHS.map((text) => `"${text}"`),
          ...OTHERS,
        ];
        const program = {
          timestamp: { path: ['v'], format },
          queryGranularityMs: 1,
          dimensions: [dimension('i', 'long')],
        };
        const built = await build({ program, files: [fileOf(texts, '')] });
        const chunk = chunkAt(Date.parse(TEST_HOUR), 'hour');
        const strays: Record<string, number> = {};
        const expected = texts.map((text) => {
          const value = parseJson(text) as JsonValue;
          const time = typeof value === 'string' || value instanceof JsonNumber ? value : null;
          const read = checkTimeKind(value, ['v']) ?? parseTime(time, format, ['v']);
          if (read instanceof Reject) return orReason(read);
          if (read >= chunk.startMs && read < chunk.endMs) return new Date(read);
          const start = new Date(chunkAt(read, 'hour').startMs).toISOString();
          strays[start] = (strays[start] ?? 0) + 1;
          return undefined;
        });
        const seen = outcomes(built, '__time');
        expect(expected.map((_, index) => seen[index])).toEqual(expected);
        expect(built.result.strays).toEqual(strays);
      },
    );

    test.each([1000, 60_000, 300_000, 3_600_000])('of time is floored to %d ms', async (queryGranularityMs) => {
      const times = Array.from({ length: 200 }, (_, index) => Date.parse(TEST_HOUR) + index * 17_977);
      const program = { queryGranularityMs, timestamp: { path: ['v'], format: 'millis' as const } };
      const { rows } = await build({ program, files: [fileOf(times.map(String), '')] });
      const floors = new Map<number, bigint>();
      for (const time of times) {
        const floor = time - (time % queryGranularityMs);
        floors.set(floor, (floors.get(floor) ?? 0n) + 1n);
      }
      expect(rows.map(({ __time, n }) => [(__time as Date).getTime(), n])).toEqual(
        [...floors].sort(([a], [b]) => compareNumbers(a, b)),
      );
    });

    test.each(FILTERS)('under the filter %s', async (text) => {
      const filter = parseFilter(text);
      const program = { filter, dimensions: [dimension('i', 'long')] };
      const { rows, result } = await build({ program, files: [fileOf(VALUES)] });
      const passes = compileFilter(filter);
      const expected = parsed.flatMap((value, index) => {
        const event: JsonObject = new Map([['v', value]]);
        return passes(event) === true ? [index] : [];
      });
      expect(rows.map(({ i }) => Number(i))).toEqual(expected);
      expect(result.counts.filtered).toBe(VALUES.length - expected.length);
    });

    test('is found by its path, and missing where the path leads nowhere', async () => {
      const program = {
        dimensions: [
          dimension('i', 'long'),
          { ...dimension('city'), path: ['geo', 'city'] },
          { ...dimension('dotted'), path: ['a.b'] },
          { ...dimension('deep'), path: ['x', 'y', 'z'] },
        ],
      };
      const members = [
        '"geo":{"city":"a"}',
        '"geo":{"zip":1,"city":"a","more":{"city":"no"}}',
        '"geo":{"City":"no"},"city":"no"',
        '"geo":"city"',
        '"geo":["city",{"city":"no"}]',
        '"geo":null,"a.b":"d","a":{"b":"no"}',
        '"geo":{"city":"no"},"geo":{}',
        '"geo":{"city":"no"},"geo":{"city":"a"}',
        '"geo":{"city":"no","city":"a"}',
        '"x":{"y":{"z":"deep"}},"geo":{"ci\\u0074y":"a"}',
        '"x":{"y":{"zz":"no"},"z":"no"},"y":{"z":"no"},"z":"no"',
        '"x":{"y":[]},"x.y.z":"no"',
      ];
      const records = members.map((text, index) => `{"i":${index},"ts":"${hour}",${text}}`);
      const { rows } = await build({ program, files: [records.join('\n')] });
      expect(rows.map(({ city, dotted, deep }) => [city, dotted, deep])).toEqual([
        ['a', null, null],
        ['a', null, null],
        [null, null, null],
        [null, null, null],
        [null, null, null],
        [null, 'd', null],
        [null, null, null],
        ['a', null, null],
        ['a', null, null],
        ['a', null, 'deep'],
        [null, null, null],
        [null, null, null],
      ]);
    });
  });
}
