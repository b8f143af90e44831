import type { Kernel } from '@hourmill/kernel';
import { type JsonValue, parseJson, Reject, readDouble, readLong, readMultiValue, readString } from '@hourmill/record';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { put, testKernel } from './support/test-kernel.ts';
import { FILTERED, fillBlock, flagsOf, type JsonText, PUNT, parsed, STRAY } from './support/value-block.ts';

const BLOCK_ROWS = 128;
const PATH = ['field'];
const KIND_STRING = 1;

type Encoder = 'encodeString' | 'encodeLong' | 'encodeDouble' | 'encodeList';

/** One dimension on field 0, and the batch that its codes are written to. */
class Dimension {
  readonly kernel: Kernel;
  readonly #encoder: Encoder;
  readonly #batch: number;
  listCalls = 0;

  constructor(encoder: Encoder) {
    this.kernel = testKernel({
      listCode: (_, kind, at, length) => this.#listCode(kind, at, length),
    });
    this.#encoder = encoder;
    this.kernel.exports.setFields(1);
    this.kernel.exports.setDictionaries(2);
    this.kernel.exports.setBatchShape(2, 0, 0);
    this.#batch = this.kernel.exports.allocate(this.kernel.exports.batchBytes());
  }

  /** The codes by row, null where the row is PUNT; undefined where nothing was written. `flags` as an earlier operator left them. */
  encode(column: readonly JsonText[], flags: readonly number[] = []): (number | undefined | null)[] {
    const { exports } = this.kernel;
    exports.openBatch(this.#batch);
    fillBlock(this.kernel, [column]);
    flags.forEach((flag, row) => {
      this.kernel.bytes[exports.flagsAt() + row] = flag;
    });
    const codes = exports.codeAt(this.#batch, 1);
    this.kernel.bytes.fill(0xff, codes, codes + 4 * BLOCK_ROWS);
    exports[this.#encoder](0, 1);
    return flagsOf(this.kernel).map((flag, row) => {
      if (flag & PUNT) return null;
      const code = this.kernel.view.getUint32(codes + 4 * row, true);
      return code === 0xffffffff ? undefined : code;
    });
  }

  /** The value of a code, as bytes in latin1; null for code 0. */
  valueOf(code: number): string | null {
    if (code === 0) return null;
    const entry = this.kernel.exports.dictionaryEntries(1) + 8 * (code - 1);
    const at = this.kernel.view.getUint32(entry, true);
    const length = this.kernel.view.getUint32(entry + 4, true);
    return Buffer.from(this.kernel.bytes.slice(at, at + length)).toString('latin1');
  }

  get count(): number {
    return this.kernel.exports.dictionaryCount(1);
  }

  intern(value: string): number {
    const at = put(this.kernel, Buffer.from(value, 'latin1'));
    const code = this.kernel.exports.internValue(1, at, value.length);
    this.kernel.exports.release(at, value.length + 256);
    return code;
  }

  #listCode(kind: number, at: number, length: number): number {
    this.listCalls += 1;
    const text = Buffer.from(this.kernel.bytes.slice(at, at + length)).toString('utf8');
    const value = readMultiValue(kind === KIND_STRING ? text : (parseJson(text) as JsonValue), 'ARRAY', PATH);
    if (value instanceof Reject) return -1;
    return value === null ? 0 : this.intern(listBytes(value));
  }
}

function stringBytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

function longBytes(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value) ^ (1n << 63n));
  return bytes.toString('latin1');
}

function doubleBytes(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  const bits = bytes.readBigUInt64BE();
  bytes.writeBigUInt64BE(bits >> 63n ? BigInt.asUintN(64, ~bits) : bits | (1n << 63n));
  return bytes.toString('latin1');
}

function listBytes(value: readonly (string | null)[]): string {
  return value
    .map((element) => (element === null ? '\x01' : `\x02${stringBytes(element).replaceAll('\0', '\0\xff')}\0\0`))
    .join('');
}

/** The bytes that stand for a value in the dictionary. */
function expectedBytes(encoder: Encoder, json: JsonText): string | null | Reject {
  const value = parsed(json);
  switch (encoder) {
    case 'encodeString': {
      const string = readString(value, PATH);
      return typeof string === 'string' ? stringBytes(string) : string;
    }
    case 'encodeLong': {
      const long = readLong(value, PATH);
      return typeof long === 'bigint' ? longBytes(long) : long;
    }
    case 'encodeDouble': {
      const double = readDouble(value, PATH);
      return typeof double === 'number' ? doubleBytes(double) : double;
    }
    case 'encodeList': {
      const list = readMultiValue(value, 'ARRAY', PATH);
      return list === null || list instanceof Reject ? list : listBytes(list);
    }
  }
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 20 }),
  fc.constantFrom('', '\0', 'a'.repeat(16), 'a'.repeat(17), 'x'.repeat(300), 'true', '1'),
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text.map((string) => JSON.stringify(string)) },
  fc.integer({ min: -300, max: 300 }).map(String),
  fc.constantFrom('true', 'false', 'null', '1.5', '-0', '"\\u0000"', '1e2', '9223372036854775807'),
);
const list = fc.array(scalar, { maxLength: 4 }).map((elements) => `[${elements.join(', ')}]`);
const json: fc.Arbitrary<JsonText> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  list,
  fc.constantFrom(undefined, '{}', '{"a":[1]}', '[[1]]', '[{"a":"b"}]', '["[", "{"]'),
);

const block = fc.array(fc.tuple(json, fc.constantFrom(0, 0, 0, 0, STRAY, FILTERED, PUNT)), { maxLength: BLOCK_ROWS });

test.each(['encodeString', 'encodeLong', 'encodeDouble', 'encodeList'] as const)(
  '%s says what the reference says',
  (encoder) => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (blocks) => {
        const dimension = new Dimension(encoder);
        const values = new Set<string>();
        for (const rows of blocks) {
          const codes = dimension.encode(...columnsOf(rows));
          rows.forEach(([value, flag], row) => {
            const expected = expectedBytes(encoder, value);
            const code = codes[row];
            if (flag & PUNT || expected instanceof Reject) expect(code).toBe(null);
            else if (code !== null) expect(code === undefined ? flag : dimension.valueOf(code)).toBe(flag || expected);
            if (typeof expected === 'string' && typeof code === 'number') values.add(expected);
          });
        }
        expect(dimension.count).toBe(values.size);
      }),
      { numRuns: 25 },
    );
  },
);

function columnsOf(rows: readonly (readonly [JsonText, number])[]): [JsonText[], number[]] {
  return [rows.map(([value]) => value), rows.map(([, flag]) => flag)];
}

test('strings, integers, lists and nulls of usual data are never left to the host', () => {
  const strings = new Dimension('encodeString');
  expect(strings.encode(['"de"', '"é\\u00e9"', '17', 'true', 'null', undefined, '""', '"de"'])).toEqual([
    1, 2, 3, 4, 0, 0, 5, 1,
  ]);
  const longs = new Dimension('encodeLong');
  expect(longs.encode(['404', '-1', 'null', undefined, '404', '0'])).toEqual([1, 2, 0, 0, 1, 3]);
  const lists = new Dimension('encodeList');
  expect(lists.encode(['["a","b"]', '[]', '"a"', '["a"]', 'null', undefined, '["a","b"]'])).toEqual([
    1, 0, 2, 2, 0, 0, 1,
  ]);
});

test('a whole block of short strings gets the codes that its values get one by one', () => {
  const short = fc.oneof(
    fc.constantFrom('', '\0', 'a', 'a\0', 'a\0\0', 'b'.repeat(8), 'b'.repeat(9), 'c'.repeat(16), 'c'.repeat(15)),
    fc.nat(60).map((n) => `value ${n}`),
    fc.string({ maxLength: 16 }),
  );
  const whole = fc.array(short, { minLength: BLOCK_ROWS, maxLength: BLOCK_ROWS });
  const someFlags = fc.constantFrom<number[]>([], [], [], [0, 0, STRAY]);
  fc.assert(
    fc.property(fc.array(fc.tuple(whole, someFlags), { minLength: 1, maxLength: 4 }), (blocks) => {
      const [dimension, single] = [new Dimension('encodeString'), new Dimension('encodeString')];
      for (const [column, flags] of blocks) {
        const codes = dimension.encode(
          column.map((value) => JSON.stringify(value)),
          flags,
        );
        column.forEach((value, row) => {
          expect(codes[row]).toBe(flags[row] ? undefined : single.intern(stringBytes(value)));
        });
      }
    }),
    { numRuns: 15 },
  );
});

test('the host is asked once for a list', () => {
  const dimension = new Dimension('encodeList');
  const column = Array.from({ length: BLOCK_ROWS }, (_, row) => JSON.stringify([`tag ${row % 7}`, 'x']));
  for (let turn = 0; turn < 3; turn++) dimension.encode(column);
  expect(dimension.listCalls).toBe(7);
  expect(dimension.count).toBe(7);
});

test('the memo of lists is bounded, and right when it starts anew', () => {
  const dimension = new Dimension('encodeList');
  let checked = 0;
  for (let from = 0; from < 11_000; from += BLOCK_ROWS) {
    const lists = Array.from({ length: BLOCK_ROWS }, (_, row) => JSON.stringify([`${from + row}`, 'x'.repeat(200)]));
    const codes = dimension.encode(lists);
    lists.forEach((value, row) => {
      const code = codes[row];
      if (typeof code === 'number' && dimension.valueOf(code) === expectedBytes('encodeList', value)) checked += 1;
    });
  }
  expect(checked).toBe(dimension.listCalls);
  expect(checked).toBe(dimension.count);
});

test('a dictionary that outgrows the small table keeps its codes', () => {
  for (const valueOfNumber of [(n: number) => `v${n}`, (n: number) => `a longer value, number ${n}`]) {
    const dimension = new Dimension('encodeString');
    const codes = new Map<string, number>();
    let seed = 1;
    for (let turn = 0; turn < 250; turn++) {
      const column = Array.from({ length: BLOCK_ROWS }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        return JSON.stringify(valueOfNumber((seed >>> 8) % 50_000));
      });
      const found = dimension.encode(column);
      column.forEach((value, row) => {
        const code = found[row] ?? -1;
        expect(codes.get(value) ?? code).toBe(code);
        codes.set(value, code);
      });
    }
    expect(dimension.count).toBe(codes.size);
    expect(codes.size).toBeGreaterThan(20_000);
    for (const [value, code] of [...codes].slice(0, 500)) {
      expect(dimension.valueOf(code)).toBe(JSON.parse(value));
      expect(dimension.intern(JSON.parse(value))).toBe(code);
    }
  }
});

test('dictionaries say what they hold', () => {
  const dimension = new Dimension('encodeString');
  const before = dimension.kernel.exports.dictionaryBytes();
  const used = dimension.kernel.exports.bytesInUse();
  for (let n = 0; n < 3000; n++) dimension.intern(`value ${n}`);
  expect(dimension.kernel.exports.dictionaryBytes() - before).toBe(dimension.kernel.exports.bytesInUse() - used);
});
