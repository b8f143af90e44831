import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../src/json/json-value.ts';
import { parseJson } from '../src/json/parse-json.ts';
import { Reject } from '../src/judge/reject.ts';
import { encodeKey } from '../src/key/encode-key.ts';
import { fingerprint } from '../src/key/fingerprint.ts';
import { type KeyValue, readKeyValue } from '../src/key/key-value.ts';
import { murmur3x64128 } from '../src/key/murmur3.ts';

interface Vector {
  readonly json: readonly string[];
  readonly typed: readonly { readonly type: string; readonly value: string }[];
  readonly encoding: string;
  readonly fingerprint: string;
}

const vectorsFile = new URL('../../testkit/vectors/hm1.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(vectorsFile, 'utf8')) as { vectors: Vector[] };

function key(...texts: readonly string[]): KeyValue[] {
  return texts.map((text) => {
    const value = readKeyValue(parseJson(text) as JsonValue, ['id']);
    if (value === null || value instanceof Reject) return expect.fail(text);
    return value;
  });
}

function hex(halves: readonly bigint[]): string {
  return halves.map((half) => half.toString(16).padStart(16, '0')).join('');
}

describe('MurmurHash3_x64_128', () => {
  test.each([
    ['', '00000000000000000000000000000000'],
    ['hello', 'cbd8a7b341bd9b025b1e906a48ae1d19'],
    ['hello, world', '342fac623a5ebc8e4cdcbc079642414d'],
    ['The quick brown fox jumps over the lazy dog', 'e34bbc7bbc071b6c7a433ca9c49a9347'],
  ])('hashes %j as published', (text, expected) => {
    expect(hex(murmur3x64128(Buffer.from(text), 0))).toBe(expected);
  });

  test('passes the verification of SMHasher', () => {
    // The hashes of the keys {}, {0}, {0,1}, ... with seeds 256, 255, ..., hashed together: the first 32 bits are published.
    const hashes = Array.from({ length: 256 }, (_, length) => {
      const bytes = Buffer.alloc(16);
      murmur3x64128(
        Uint8Array.from({ length }, (_value, index) => index),
        256 - length,
      ).forEach((half, index) => {
        bytes.writeBigUInt64LE(half, 8 * index);
      });
      return bytes;
    });
    expect(murmur3x64128(Buffer.concat(hashes), 0)[0] & 0xffffffffn).toBe(0x6384ba69n);
  });
});

describe('hm1', () => {
  test.each(vectors)('$json is as in the vectors', (vector) => {
    const values = key(...vector.json);
    expect(values.map(({ type, value }) => ({ type, value: String(value) }))).toEqual(vector.typed);
    expect(Buffer.from(encodeKey(values)).toString('hex')).toBe(vector.encoding);
    expect(fingerprint(values)).toBe(vector.fingerprint);
  });

  test.each([
    [['1'], ['1.0']],
    [['1'], ['1e0']],
    [['100'], ['1E+2']],
    [['0'], ['-0']],
    [['0'], ['-0.0']],
    [['0'], ['-1e-400']],
    [['9007199254740992'], ['9007199254740993.0']],
    [['-9223372036854775808'], ['-9.223372036854775808e18']],
    [['"\\u00e9"'], ['"é"']],
    [['0.1'], ['0.1000000000000000055']],
  ])('%j and %j are one key', (a, b) => {
    expect(fingerprint(key(...a))).toBe(fingerprint(key(...b)));
  });

  test.each([
    [['1'], ['"1"']],
    [['true'], ['"true"']],
    [['true'], ['1']],
    [['9007199254740993'], ['9007199254740992']],
    [
      ['"a"', '"b"'],
      ['"ab"', '""'],
    ],
    [
      ['"a"', '""'],
      ['""', '"a"'],
    ],
    [['"é"'], ['"e\\u0301"']],
    [['1e300'], ['1e301']],
    [['9223372036854775807'], ['9223372036854775808.0']],
  ])('%j and %j are two keys', (a, b) => {
    expect(fingerprint(key(...a))).not.toBe(fingerprint(key(...b)));
  });

  test('an exponent of a million digits overflows, or makes the key 0', () => {
    const nines = '9'.repeat(1 << 20);
    expect(readKeyValue(parseJson(`1e${nines}`) as JsonValue, ['id'])).toMatchObject({ reason: 'HM_EVENT_004' });
    expect(key(`-1e-${nines}`, `0e${nines}`)).toEqual(key('0', '0'));
  });

  test.each([
    ['9223372036854775808', 'HM_EVENT_005'],
    ['-9223372036854775809', 'HM_EVENT_005'],
    ['1'.repeat(100_000), 'HM_EVENT_005'],
    ['1e400', 'HM_EVENT_004'],
    ['[]', 'HM_EVENT_004'],
    ['["a"]', 'HM_EVENT_004'],
    ['{}', 'HM_EVENT_004'],
  ])('%.30s cannot be a key: %s', (text, reason) => {
    expect(readKeyValue(parseJson(text) as JsonValue, ['id'])).toMatchObject({ reason });
  });
});
