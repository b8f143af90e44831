import { BLOCK_ROWS, KAFKA_FIELD, type Kernel, RECORD_COLUMN } from '@hourmill/kernel';
import { decodeRecord, decodeUtf8, JsonNumber, type JsonValue, Reject } from '@hourmill/record';
import { sampleHostileFile } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomNumbers } from './support/random.ts';
import {
  addKafkaField,
  type Columns,
  FIRST_OFFSET,
  FIRST_TIME,
  indexedColumns,
  type Message,
  messageOf,
  offsetsOf,
} from './support/record-columns.ts';
import { at, type Path, rowOf, type ScannedRow, scanner, scanText, shown } from './support/scan-twin.ts';
import { testKernel } from './support/test-kernel.ts';

const PATHS: readonly Path[] = [
  ['ts'],
  ['id'],
  ['publisher'],
  ['status'],
  ['price'],
  ['latency'],
  ['tags'],
  ['geo', 'city'],
  ['geo'],
];

/** All rows that a kernel reads from columns, by blocks of so many. Fails when a byte of the messages has changed. */
function readColumns(kernel: Kernel, { columns, capacity, rows }: Columns, paths: readonly Path[], step: number) {
  const all: ScannedRow[] = [];
  for (let first = 0; first < rows; first += step) {
    const count = Math.min(step, rows - first);
    const before = rowTexts(kernel, columns, capacity, first, count);
    kernel.exports.readRecords(columns, capacity, first, count);
    expect(kernel.exports.rowsOfBlock()).toBe(count);
    expect(rowTexts(kernel, columns, capacity, first, count)).toEqual(before);
    for (let row = 0; row < count; row++) all.push(rowOf(kernel, row, paths));
  }
  return all;
}

/** The bytes from each value to the end of the headers. */
function rowTexts(kernel: Kernel, columns: number, capacity: number, first: number, rows: number): readonly string[] {
  const word = (column: number, row: number) => kernel.view.getUint32(columns + capacity * column + 4 * row, true);
  return Array.from({ length: rows }, (_, index) => {
    const row = first + index;
    const end = word(RECORD_COLUMN.headersAt, row) + word(RECORD_COLUMN.headersLength, row);
    return Buffer.from(kernel.bytes.slice(word(RECORD_COLUMN.valueAt, row), end)).toString('latin1');
  });
}

/** The same by the plain way. `more` are fields behind those of the paths. */
function twin(
  messages: readonly Message[],
  paths: readonly Path[],
  maxRecordBytes = 1 << 20,
  more: (message: Message, index: number) => readonly (JsonValue | undefined)[] | 'PUNT' = () => [],
): ScannedRow[] {
  return messages.map((message, index) => {
    const bytes = message.value;
    if (bytes === null) return 'PUNT';
    const truncated = bytes.length > maxRecordBytes;
    const event = decodeRecord({ bytes, length: bytes.length, truncated, byteOffset: 0 });
    const others = more(message, index);
    if (event instanceof Reject || others === 'PUNT') return 'PUNT';
    return [...paths.map((path) => at(event, path)), ...others].map(shown);
  });
}

function expectSame(messages: readonly Message[], paths = PATHS, maxRecordBytes = 1 << 20, step = BLOCK_ROWS): Kernel {
  const kernel = scanner({ paths, maxRecordBytes });
  const rows = readColumns(kernel, indexedColumns(kernel, messages), paths, step);
  expect(rows).toEqual(twin(messages, paths, maxRecordBytes));
  return kernel;
}

/** The lines of a text without their ends. */
function linesOf(text: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0, end = text.indexOf(10); end !== -1; start = end + 1, end = text.indexOf(10, start)) {
    lines.push(text.subarray(start, end));
  }
  return lines;
}

const isBlank = (line: Uint8Array) => line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

function event(index: number) {
  return { id: `id-${index}`, ts: `2026-11-22T10:00:${10 + (index % 50)}Z`, price: index / 8, geo: { city: 'a "b"' } };
}

describe('values of messages', () => {
  test('are read as the lines of a file are', () => {
    const lines = linesOf(Buffer.from(sampleHostileFile({ seed: 11, lines: 600 }))).filter((line) => !isBlank(line));
    // A CR at the end belongs to a message, which only shows in its length: here none is too long.
    const text = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
    const kernel = expectSame(lines.map(messageOf));
    const fromText = scanText(scanner({ paths: PATHS }), text, { paths: PATHS });
    const fromColumns = readColumns(kernel, indexedColumns(kernel, lines.map(messageOf)), PATHS, BLOCK_ROWS);
    expect(fromColumns).toEqual(fromText);
    expect(fromText.filter((row) => row !== 'PUNT').length).toBeGreaterThan(250);
  });

  test('of any bytes, any number a block, are read as the reference reads them', () => {
    const text = linesOf(Buffer.from(sampleHostileFile({ seed: 5, lines: 400 })));
    const good = fc.oneof(
      fc.nat(text.length - 1).map((line) => text[line] ?? Buffer.alloc(0)),
      fc.nat(1000).map((index) => Buffer.from(JSON.stringify(event(index), null, index % 3))),
      fc.nat(1000).map((index) => Buffer.from(JSON.stringify(event(index), null, '\n \t'[index % 3]))),
    );
    const change = fc.record({ place: fc.nat(), byte: fc.constantFrom(10, 13, 0, 34, 92, 32, 0x80, 123) });
    const spoilt = fc.tuple(good, fc.array(change, { maxLength: 4 })).map(([bytes, changes]) => {
      const copy = Buffer.from(bytes);
      for (const { place, byte } of changes) if (copy.length > 0) copy[place % copy.length] = byte;
      return copy;
    });
    const bytes = fc.uint8Array({ maxLength: 40 }).map((all) => Buffer.from(all));
    const value = fc.oneof(
      { weight: 20, arbitrary: good },
      { weight: 5, arbitrary: spoilt },
      { weight: 1, arbitrary: bytes },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 300 }),
        fc.constantFrom(1, 5, 64, BLOCK_ROWS),
        fc.constantFrom(60, 1 << 20),
        (values, step, maxRecordBytes) => {
          expectSame(
            values.map((each) => messageOf(each)),
            PATHS,
            maxRecordBytes,
            step,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each<[string, (index: number) => string]>([
    ['from the start', (index) => JSON.stringify(event(index), null, 2)],
    ['late', (index) => JSON.stringify(event(index)).replaceAll(',"', ',\n"')],
    ['in CRLF', (index) => JSON.stringify(event(index), null, 2).replaceAll('\n', '\r\n')],
    ['at the end', (index) => `${JSON.stringify(event(index))}\n\n`],
    ['at the start', (index) => `\n${JSON.stringify(event(index))}`],
    ['nowhere', (index) => JSON.stringify(event(index))],
  ])('may be JSON of several lines, with LFs %s', (_, write) => {
    const messages = Array.from({ length: 1280 }, (__, index) => messageOf(write(index)));
    const kernel = expectSame(messages, PATHS);
    // Templates read all but what is there before they are learned; and rows whose LFs were not looked for yet.
    expect(kernel.exports.slowRows()).toBeLessThanOrEqual(2 * BLOCK_ROWS);
  });

  test('with an LF at any place, among others without, are read as the reference reads them', () => {
    const whole = Array.from({ length: 16 }, (_, index) =>
      JSON.stringify({ ...event(index), ok: index < 15, no: null }),
    );
    const values = whole.slice(-2).flatMap((text) => {
      const places = Array.from({ length: text.length + 1 }, (_, place) => place);
      return places.flatMap((place) => [
        `${text.slice(0, place)}\n${text.slice(place)}`,
        ...whole,
        `${text.slice(0, place)}\n${text.slice(place + 1)}`,
      ]);
    });
    expectSame([...whole, ...values].map(messageOf));
    expectSame(values.filter((value) => value.includes('\n')).map(messageOf));
  });

  test('with an LF in a string, or between halves of a token, are for the host', () => {
    const values = [
      '{"id":"a\nb"}',
      '{"id":"\n"}',
      '{"id":"\\\n"}',
      '{\n"id":"a\\\\"\n,"ts":"\\"\n"}',
      '{"id":tr\nue}',
      '{"price":1\n2}',
      '{"id":1}\n{"id":2}',
      '{"id":1\n',
      '\n\n',
    ];
    const kernel = expectSame(values.map(messageOf));
    const rows = readColumns(kernel, indexedColumns(kernel, values.map(messageOf)), PATHS, BLOCK_ROWS);
    expect(rows).toEqual(values.map(() => 'PUNT'));
  });

  test('that are null, empty, blank, too long or begin with a BOM are for the host', () => {
    const exact = `{"id":"${'x'.repeat(50)}"}`;
    const values: (string | null)[] = [
      null,
      '',
      ' ',
      '\r',
      '\t\r',
      '\n',
      `\u{feff}{"id":1}`,
      `${exact} `,
      `${exact}\r`,
      `${exact}\n`,
    ];
    const kernel = scanner({ paths: PATHS, maxRecordBytes: exact.length });
    const columns = indexedColumns(
      kernel,
      [...values, exact].map((value) => messageOf(value)),
    );
    expect(readColumns(kernel, columns, PATHS, BLOCK_ROWS)).toEqual([
      ...values.map(() => 'PUNT'),
      ...twin([messageOf(exact)], PATHS),
    ]);
  });

  test('of several lines are joined up to some megabytes a block, and left to the host beyond', () => {
    const message = messageOf(JSON.stringify({ id: 1, filler: 'x'.repeat(1_000_000) }, null, 1));
    const kernel = scanner({ paths: [['id']] });
    const rows = readColumns(kernel, indexedColumns(kernel, Array(8).fill(message), 1), [['id']], 8);
    expect(rows).toEqual([...Array(4).fill(['number 1']), ...Array(4).fill('PUNT')]);
  });

  test('leave flags and rows of blocks before behind', () => {
    const kernel = scanner({ paths: [['id']] });
    const columns = indexedColumns(kernel, [messageOf('{'), messageOf('{"id":1}'), messageOf('{"id":2}')]);
    expect(readColumns(kernel, columns, [['id']], 2)).toEqual(['PUNT', ['number 1'], ['number 2']]);
    expect(kernel.exports.flaggedRows()).toBe(0);
  });
});

describe('what Kafka knows of a message', () => {
  const paths: readonly Path[] = [['kafka'], ['id']];
  const NAMES = ['trace', '', 'ü', 'a name of more than sixteen bytes'];
  const FIELDS = ['key', 'timestamp', 'offset', 'partition', ...NAMES] as const;

  /** A kernel that wants the id, and everything of Kafka's; the paths are only for their number. */
  function kafkaScanner(partition: number): { kernel: Kernel; all: readonly Path[] } {
    const all = [...paths, ...FIELDS.map((name) => ['no such member', name])];
    const kernel = scanner({ paths: all });
    FIELDS.forEach((name, index) => {
      const field = paths.length + index;
      if (index < 4) addKafkaField(kernel, field, name as 'key' | 'timestamp' | 'offset' | 'partition');
      else addKafkaField(kernel, field, 'header', name);
    });
    kernel.exports.setKafkaPartition(partition);
    return { kernel, all };
  }

  /** Kafka's fields by the plain way; PUNT where one cannot be said. */
  function facts(message: Message, index: number, partition: number): readonly (JsonValue | undefined)[] | 'PUNT' {
    const text = (bytes: Uint8Array | null) => (bytes === null ? null : (decodeUtf8(bytes) ?? undefined));
    const time = BigInt.asIntN(64, FIRST_TIME + message.timestampDelta);
    const key = text(message.key);
    const headers = NAMES.map((name) => {
      const last = message.headers.findLast(([header]) => Buffer.from(name).equals(header));
      return last === undefined ? { value: undefined } : { value: text(last[1]), mustBe: true };
    });
    if (key === undefined || headers.some(({ value, mustBe }) => mustBe && value === undefined)) return 'PUNT';
    if (time > Number.MAX_SAFE_INTEGER || time < Number.MIN_SAFE_INTEGER) return 'PUNT';
    return [
      key,
      new JsonNumber(String(time)),
      new JsonNumber(String(FIRST_OFFSET + BigInt(index))),
      new JsonNumber(String(partition)),
      ...headers.map(({ value }) => value),
    ];
  }

  const text = fc.oneof(
    fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => Buffer.from(value))),
    { weight: 8, arbitrary: fc.string({ maxLength: 40 }).map((value) => Buffer.from(value)) },
    fc.uint8Array({ maxLength: 5 }),
  );
  const name = fc.constantFrom(...NAMES, 'other', 'trac', 'tracer').map((value) => Buffer.from(value));
  const message = fc.record({
    timestampDelta: fc.oneof(
      { weight: 9, arbitrary: fc.bigInt({ min: -FIRST_TIME - 5000n, max: FIRST_TIME }) },
      fc.constantFrom(-FIRST_TIME - 1n, -FIRST_TIME, 2n ** 53n - FIRST_TIME, 2n ** 53n - FIRST_TIME - 1n),
      fc.constantFrom(-(2n ** 53n) - FIRST_TIME, -(2n ** 53n) - FIRST_TIME + 1n, 2n ** 63n - 1n),
      fc.constantFrom(10n ** 8n - FIRST_TIME, 10n ** 8n - 1n - FIRST_TIME, 10n ** 15n),
    ),
    key: text,
    value: fc.constantFrom('{"id":1}', '{"id":"a","kafka":{"key":"own"}}', '{"id":', '{\n"id":2}', null),
    headers: fc.array(fc.tuple(name, text), { maxLength: 6 }),
  });

  test('are fields of the record, as the plain way has them', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 150 }), fc.nat(), (all, partition) => {
        const messages = all.map(({ value, ...rest }) => ({
          ...rest,
          value: value === null ? null : Buffer.from(value),
        }));
        const scan = kafkaScanner(partition);
        const rows = readColumns(scan.kernel, indexedColumns(scan.kernel, messages), scan.all, BLOCK_ROWS);
        expect(rows).toEqual(twin(messages, paths, 1 << 20, (each, index) => facts(each, index, partition)));
      }),
      { numRuns: 150 },
    );
  });

  test.each(['c3', 'e282', 'f09f98', 'c0af', 'eda080', 'f4908080', '80', `${'61'.repeat(31)}c3`, 'ff'])(
    'is for the host when it is no UTF-8: %s',
    (hex) => {
      const bytes = Buffer.from(hex, 'hex');
      // What follows a value would make some of these whole.
      const withKey = { ...messageOf('{"id":1}'), key: bytes };
      const withHeader = { ...messageOf('{"id":1}'), headers: [[Buffer.from('trace'), bytes] as const] };
      const scan = kafkaScanner(0);
      const columns = indexedColumns(scan.kernel, [withKey, withHeader]);
      expect(readColumns(scan.kernel, columns, scan.all, BLOCK_ROWS)).toEqual(['PUNT', 'PUNT']);
    },
  );

  test('is forgotten when the scan is set up anew', () => {
    const { kernel, all } = kafkaScanner(3);
    kernel.exports.scanSetup(all.length, 1 << 20);
    const rows = readColumns(kernel, indexedColumns(kernel, [messageOf('{"id":1}')]), all, 1);
    expect(rows).toEqual([all.map(() => 'absent')]);
  });

  test('has kinds of its own', () => {
    expect(new Set(Object.values(KAFKA_FIELD)).size).toBe(5);
  });
});

describe('records are taken out of their columns', () => {
  test('by offsets', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.nat(30),
        fc.integer({ min: -5, max: 40 }),
        fc.nat(40),
        (count, from, start, length) => {
          const kernel = testKernel();
          const messages = Array.from({ length: from + count }, (_, index) => messageOf(`${index}`));
          const indexed = indexedColumns(kernel, messages);
          const [low, high] = [FIRST_OFFSET + BigInt(start), FIRST_OFFSET + BigInt(start + length)];
          const rows = kernel.exports.keepOffsets(indexed.columns, indexed.capacity, from, count, low, high);
          const all = messages.map((_, index) => FIRST_OFFSET + BigInt(index));
          const kept = all.slice(from).filter((offset) => offset >= low && offset < high);
          expect(offsetsOf(kernel, indexed, 0, from + rows)).toEqual([...all.slice(0, from), ...kept]);
          expect(valuesOf(kernel, indexed, from, rows)).toEqual(kept.map((offset) => String(offset - FIRST_OFFSET)));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('without a value', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.nat(10), (isThere, from) => {
        const kernel = testKernel();
        const values = [...Array(from).fill(true), ...isThere].map((is, index) => (is ? String(index) : null));
        const indexed = indexedColumns(kernel, values.map(messageOf));
        const rows = kernel.exports.dropTombstones(indexed.columns, indexed.capacity, from, isThere.length);
        const kept = values.filter((value) => value !== null);
        expect(valuesOf(kernel, indexed, 0, from + rows)).toEqual(kept);
        const offsets = kept.map((value) => FIRST_OFFSET + BigInt(value));
        expect(offsetsOf(kernel, indexed, 0, from + rows)).toEqual(offsets);
      }),
      { numRuns: 200 },
    );
  });

  function valuesOf(kernel: Kernel, { columns, capacity }: Columns, from: number, rows: number): readonly string[] {
    const word = (column: number, row: number) => kernel.view.getUint32(columns + capacity * column + 4 * row, true);
    return Array.from({ length: rows }, (_, index) => {
      const start = word(RECORD_COLUMN.valueAt, from + index);
      const end = start + word(RECORD_COLUMN.valueLength, from + index);
      return Buffer.from(kernel.bytes.slice(start, end)).toString();
    });
  }
});

test('random sizes of blocks do not show', () => {
  const random = randomNumbers(3);
  const messages = Array.from({ length: 900 }, (_, index) => messageOf(JSON.stringify(event(index), null, random(2))));
  const kernel = scanner({ paths: PATHS });
  const columns = indexedColumns(kernel, messages, 1 + random(60));
  const rows: ScannedRow[] = [];
  for (let first = 0; first < messages.length; ) {
    const count = Math.min(1 + random(BLOCK_ROWS), messages.length - first);
    kernel.exports.readRecords(columns.columns, columns.capacity, first, count);
    for (let row = 0; row < count; row++) rows.push(rowOf(kernel, row, PATHS));
    first += count;
  }
  expect(rows).toEqual(twin(messages, PATHS));
});
