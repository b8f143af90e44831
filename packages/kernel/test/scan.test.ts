import { hostileFile, sampleHostileFile } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Random, randomFrom, randomPaths, randomShape, shapedFile } from './support/scan-shapes.ts';
import { type Path, type ScanOptions, scanner, scanText, scanTwin } from './support/scan-twin.ts';

const HOSTILE_PATHS: readonly Path[] = [
  ['ts'],
  ['id'],
  ['publisher'],
  ['status'],
  ['price'],
  ['latency'],
  ['tags'],
  ['geo', 'city'],
  ['type'],
  ['geo'],
  ['__proto__'],
  ['absent', 'nested'],
];

function expectSame(text: Uint8Array, options: ScanOptions): void {
  expect(scanText(scanner(options), text, options)).toEqual(scanTwin(text, options));
}

describe('hostile files', () => {
  test('are read as the reference reads them, however they are cut', () => {
    fc.assert(
      fc.property(
        hostileFile(),
        fc.subarray([...HOSTILE_PATHS]),
        fc.array(fc.nat(3000), { maxLength: 5 }),
        fc.constantFrom(64, 1 << 20),
        (text, paths, pieces, maxRecordBytes) => {
          let call = 0;
          // Each piece that holds no whole line is followed by a larger one.
          const nextPiece = (): number => (pieces[call++ % pieces.length] ?? text.length) * call;
          expectSame(text, { paths, maxRecordBytes, nextPiece: pieces.length > 0 ? nextPiece : () => text.length });
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });

  test('of thousands of lines are read as the reference reads them', () => {
    expectSame(sampleHostileFile({ seed: 7, lines: 1500 }), { paths: HOSTILE_PATHS });
  });
});

describe('files of a few shapes', () => {
  const shaped = (random: Random, lines: number, odds: number): { text: Uint8Array; options: ScanOptions } => {
    const shapes = Array.from({ length: 1 + random(3) }, () => randomShape(random));
    const paths = shapes.flatMap((shape) => randomPaths(random, shape));
    const unique = [...new Map(paths.map((path) => [path.join('\n'), path])).values()];
    return { text: shapedFile(random, shapes, lines, odds), options: { paths: unique } };
  };

  test.each([5, 30, 200, 1000])('with one oddity in %i places are read as the reference reads them', (odds) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { text, options } = shaped(randomFrom(seed), 500, odds);
        expectSame(text, options);
      }),
      { numRuns: 3, seed: 2, endOnFailure: true },
    );
  });
});

describe('one record at a time', () => {
  const paths: readonly Path[] = [['a'], ['geo', 'city'], ['geo', 'country'], ['b']];
  const rowOf = (record: string | Uint8Array, maxRecordBytes?: number): unknown => {
    const text = Buffer.concat([Buffer.from(record), Buffer.from('\n')]);
    const options = maxRecordBytes === undefined ? { paths } : { paths, maxRecordBytes };
    const rows = scanText(scanner(options), text, options);
    expect(rows).toEqual(scanTwin(text, options));
    return rows[0];
  };
  const deep = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

  test.each([
    '{}',
    ' {} ',
    '{"a":{}}',
    '{"":0}',
    '{"a":"b","a":"c"}',
    '{"a":"\\u0000"}',
    '{"a":"\\uD801\\udc37"}',
    '{"a":"\\ud83d\\ude39\\ud83d\\udc8d"}',
    '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}',
    '{"a":"\u007f"}',
    '{"a":"\u2028\u2029\ufeff\u{10ffff}"}',
    '{"a":[1,null,true,{"b":[]}] , "b" : -0.0e-1}',
    '{"a":123456789012345678901234567890.0123456789}',
    '{"\\u0061":1}',
    deep(1000),
  ])('y: %s is an object', (record) => {
    expect(rowOf(record)).not.toBe('PUNT');
  });

  test.each([
    '[]',
    '1',
    '"a"',
    'null',
    '{',
    '}',
    '{}}',
    '{} {}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,"a":1}',
    '{"a":1 "b":2}',
    '{"a" 1}',
    "{'a':1}",
    '{a:1}',
    '{"a":1]',
    '{"a":[1}',
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":[1 2]}',
    '{"a":01}',
    '{"a":-01}',
    '{"a":1.}',
    '{"a":.1}',
    '{"a":+1}',
    '{"a":-}',
    '{"a":1e}',
    '{"a":1e+}',
    '{"a":0x1}',
    '{"a":1_0}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":True}',
    '{"a":nul}',
    '{"a":nulll}',
    '{"a":"}',
    '{"a":"\t"}',
    '{"a":"\u0000"}',
    '{"a":"\\x"}',
    '{"a":"\\u00"}',
    '{"a":"\\u00g0"}',
    '{"a":"\\',
    '{"a":1}\u00a0',
    '\ufeff{"a":1}',
    '\u000b{"a":1}',
    '{"a":1/**/}',
    deep(1001),
  ])('n: %s is none', (record) => {
    expect(rowOf(record)).toBe('PUNT');
  });

  test.each([
    [0x80],
    [0xc0, 0x80],
    [0xc1, 0xbf],
    [0xc3],
    [0xe0, 0x80, 0x80],
    [0xe0, 0x9f, 0xbf],
    [0xed, 0xa0, 0x80],
    [0xed, 0xbf, 0xbf],
    [0xe2, 0x82],
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf0, 0x9f, 0x98],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xff],
  ])('n: bytes %i %i %i %i are no UTF-8, wherever they stand', (...bytes) => {
    const around = (before: string, behind: string): Uint8Array =>
      Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(behind)]);
    expect(rowOf(around('{"a":"', '"}'))).toBe('PUNT');
    expect(rowOf(around('{"other":"', '"}'))).toBe('PUNT');
    expect(rowOf(around('{"', '":1}'))).toBe('PUNT');
    expect(rowOf(around('{"a":[{"b":"ä', 'ä"}]}'))).toBe('PUNT');
    expect(rowOf(around('{"a":1}', ''))).toBe('PUNT');
  });

  test('i: a lone surrogate is U+FFFD, in keys too', () => {
    expect(rowOf('{"a":"\\ud800","b":"\\udc00\\ud800x\\ud83d\\u0041"}')).toEqual([
      'string \ufffd',
      'absent',
      'absent',
      'string \ufffd\ufffdx\ufffdA',
    ]);
    const options = { paths: [['\ufffd']] };
    expect(scanText(scanner(options), Buffer.from('{"\\udead":1}\n'), options)).toEqual([['number 1']]);
  });

  test('of the same key twice the last counts, with everything below it', () => {
    expect(rowOf('{"geo":{"city":1,"country":2},"a":1,"geo":{"city":3}}')).toEqual([
      'number 1',
      'number 3',
      'absent',
      'absent',
    ]);
    expect(rowOf('{"geo":{"city":1,"city":null},"geo":"nowhere"}')).toEqual(['absent', 'absent', 'absent', 'absent']);
  });

  test('a record of the longest length is read, one byte more is not, and a CR before the LF does not count', () => {
    expect(rowOf('{"a":1}', 7)).not.toBe('PUNT');
    expect(rowOf('{"a":1}\r', 7)).not.toBe('PUNT');
    expect(rowOf('{"a":12}', 7)).toBe('PUNT');
    expect(rowOf('{"a":12}\r', 7)).toBe('PUNT');
    expect(rowOf('{"a":1}\r\r', 7)).toBe('PUNT');
  });

  test('numbers at the edges of vectors are read like any other', () => {
    for (let digits = 1; digits < 40; digits++) {
      for (const sign of ['', '-']) {
        const whole = sign + '1234567890'.repeat(4).slice(0, digits);
        const records = [
          whole,
          `${whole}.5`,
          `${sign}0.${whole.replace('-', '')}`,
          `${whole}e1`,
          `${whole}.`,
          `${sign}0${digits}`,
        ];
        const text = Buffer.from(records.map((number) => `{"a":${number},"b":true}\n`.repeat(30)).join(''));
        expectSame(text, { paths });
      }
    }
  });
});

describe('templates', () => {
  const event = (members: Readonly<Record<string, unknown>>): string => `${JSON.stringify(members)}\n`;
  const slowRowsOf = (lines: readonly string[], paths: readonly Path[]): number => {
    const text = Buffer.from(lines.join(''));
    const kernel = scanner({ paths });
    expect(scanText(kernel, text, { paths })).toEqual(scanTwin(text, { paths }));
    return kernel.exports.slowRows();
  };
  const paths = [['id'], ['geo', 'city'], ['a key of more than thirty-two bytes, which is long']];
  const usual = (index: number): Record<string, unknown> => ({
    id: `id-${index}`,
    price: index / 8,
    flag: index % 3 === 0,
    geo: { city: `city ${index % 5}`, zip: index },
    tags: ['x'.repeat(index % 40)],
    'a key of more than thirty-two bytes, which is long': index,
    'and one more of those that no vector can hold at once, nor two': -index,
  });
  const lines = (change: (members: Record<string, unknown>, index: number) => unknown): string[] =>
    Array.from({ length: 1280 }, (_, index) => {
      const members = usual(index);
      change(members, index);
      return event(members);
    });
  /** Rows read before anything is learned. */
  const FIRST_BLOCK = 128;

  test.each<readonly [string, (members: Record<string, unknown>, index: number) => unknown]>([
    ['all alike', () => undefined],
    ['with escapes', (members, index) => Object.assign(members, index % 2 ? { id: 'a"b\n' } : {})],
    ['beyond ASCII', (members, index) => Object.assign(members, index % 2 ? { id: 'Zoë 😀' } : {})],
    [
      'with null for any value',
      (members, index) => Object.assign(members, { [Object.keys(members)[index % 7] ?? '']: null }),
    ],
    ['with any field missing', (members, index) => delete members[Object.keys(members)[index % 7] ?? '']],
    ['with new fields', (members, index) => Object.assign(members, index % 9 === 0 ? { new: [index] } : {})],
    ['with numbers as strings', (members, index) => Object.assign(members, index % 2 ? { price: '1.5' } : {})],
    ['with long numbers', (members, index) => Object.assign(members, index % 2 ? { price: Math.PI * 1e-7 } : {})],
    ['with objects and none', (members, index) => Object.assign(members, index % 2 ? { geo: {} } : {})],
  ])('do without the slow way for records %s', (_, change) => {
    expect(slowRowsOf(lines(change), paths)).toBeLessThanOrEqual(FIRST_BLOCK + 16);
  });

  test('are several, when records of several shapes are mixed', () => {
    const mixed = lines(() => undefined).flatMap((line, index) => [
      line,
      event({ b: index, other: 'producer', id: null }),
      event({ z: true, id: `z${index}`, geo: 'nowhere' }),
    ]);
    expect(slowRowsOf(mixed, paths)).toBeLessThan(1000);
  });

  test('survive lines of all lengths, blank lines and CRLF', () => {
    const odd = lines(() => undefined).map((line, index) =>
      index % 40 === 39 ? `{}\n \r\n\n${line.trimEnd()}\r\n` : line,
    );
    expect(slowRowsOf(odd, paths)).toBeLessThan(400);
  });

  test('are not learned from a record that has a wanted key twice', () => {
    const once = Array.from({ length: 128 }, (_, index) => event({ id: index, last: true }));
    const twice = Array.from(
      { length: 512 },
      (_, index) => `{"id":${index},"new":{"x":${index}},"new":2,"last":true}\n`,
    );
    const onceMore = Array.from({ length: 512 }, (_, index) => event({ id: index, new: { x: 'a' }, last: false }));
    slowRowsOf([...once, ...twice, ...onceMore], [['id'], ['new', 'x'], ['last']]);
  });

  test('hold hundreds of fields', () => {
    const wide = (index: number): string =>
      event(
        Object.fromEntries(
          Array.from({ length: 300 }, (_, key) => [`key ${key}`, key % 2 ? index * key : `v${index}`]),
        ),
      );
    const text = Array.from({ length: 512 }, (_, index) => wide(index));
    expect(slowRowsOf(text, [['key 7'], ['key 298'], ['key 299']])).toBe(FIRST_BLOCK);
  });
});

test('setting up anew forgets keys and templates', () => {
  const first = { paths: [['a'], ['b', 'c']] };
  const text = Buffer.from('{"a":1,"b":{"c":2},"d":3}\n'.repeat(300));
  const kernel = scanner(first);
  expect(scanText(kernel, text, first)).toEqual(scanTwin(text, first));
  kernel.exports.scanSetup(2, 1 << 20);
  expect(kernel.exports.templateCount()).toBe(0);
  expect(scanText(kernel, text, first).every((row) => row !== 'PUNT' && row.every((line) => line === 'absent'))).toBe(
    true,
  );
});
