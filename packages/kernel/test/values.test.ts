import type { Kernel } from '@hourmill/kernel';
import { readDouble, readLong } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testKernel } from './support/test-kernel.ts';
import { fillBlock, flagsOf, type JsonText, openBatch, PUNT, parsed } from './support/value-block.ts';

const BLOCK = 128;
const kernel = testKernel();
kernel.exports.setFields(1);
const batch = openBatch(kernel, 2, false);

/** What a column of a metric says of a row; undefined where the host has to judge. */
type Read = bigint | number | null | undefined;

function columnOf(kind: 'long' | 'double', json: readonly JsonText[]): Read[] {
  fillBlock(kernel, [json]);
  const { valueAt, validAt, nullsAt, readLong, readDouble } = kernel.exports;
  kernel.exports.openBatch(batch);
  kernel.bytes.fill(0xee, valueAt(batch, 1), valueAt(batch, 1) + 8 * (json.length + 1));
  if (kind === 'long') readLong(0, 1);
  else readDouble(0, 1);
  const reads = valuesAt(kernel, kind, valueAt(batch, 1), validAt(batch, 1));
  expect(kernel.view.getUint32(nullsAt(batch), true)).toBe(reads.filter((read) => read === null).length);
  expect(kernel.view.getUint32(valueAt(batch, 1) + 8 * json.length)).toBe(0xeeeeeeee);
  return reads;
}

function valuesAt(kernel: Kernel, kind: 'long' | 'double', values: number, valid: number): Read[] {
  return flagsOf(kernel).map((flags, row) => {
    if (flags === PUNT) return undefined;
    const [at, view] = [values + 8 * row, kernel.view];
    if (kernel.bytes[valid + row] === 1) {
      return kind === 'long' ? view.getBigInt64(at, true) : view.getFloat64(at, true);
    }
    expect(view.getBigInt64(at, true)).toBe(0n);
    return null;
  });
}

/** What the definition says: null, a value, or a reject, which is the host's. */
function expected(kind: 'long' | 'double', json: JsonText): Read {
  const value = kind === 'long' ? readLong(parsed(json), ['field']) : readDouble(parsed(json), ['field']);
  return typeof value === 'object' && value !== null ? undefined : value;
}

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${maxLength}}$`));
const whole = fc.oneof(
  digits(19).map((text) => text.replace(/^0+(?=.)/, '')),
  fc.constantFrom('0', '9223372036854775807', '9223372036854775808', '9223372036854775809', '9007199254740993'),
);
const number = fc
  .tuple(
    fc.constantFrom('', '', '-'),
    whole,
    fc.option(digits(20), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), digits(2)), { nil: undefined, freq: 8 }),
  )
  .map(([sign, integer, fraction, exponent]) => {
    return `${sign}${integer}${fraction === undefined ? '' : `.${fraction}`}${exponent?.join('') ?? ''}`;
  });
const anyValue: fc.Arbitrary<JsonText> = fc.oneof(
  { weight: 6, arbitrary: number },
  { weight: 2, arbitrary: number.map((text) => `"${text}"`) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      undefined,
      'null',
      'true',
      'false',
      '{"a":1}',
      '[1]',
      '""',
      '"-"',
      '"1."',
      '"01"',
      '"1e"',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"+1"', '".5"', '"1 "', '"1e+"', '"--1"', '"x"', '"1.5x"', '1e400', '-1e-400'),
  },
);
const column = fc.array(anyValue, { minLength: 1, maxLength: BLOCK });

describe.each(['long', 'double'] as const)('%s', (kind) => {
  it('is what the definition says, or left to the host', () => {
    fc.assert(
      fc.property(column, (json) => {
        const wanted = json.map((text) => expected(kind, text));
        columnOf(kind, json).forEach((read, row) => {
          if (read !== undefined) expect(Object.is(read, wanted[row]), `${json[row]} is ${read}`).toBe(true);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('leaves nothing usual to the host', () => {
    const usual = fc.array(
      fc.oneof(
        number.filter((text) => kind === 'double' || (/^-?[0-9]+$/.test(text) && expected('long', text) !== undefined)),
        fc.constantFrom('null', undefined, '-0', '1.0', '1e2', '120e-1', '"17"', '-9223372036854775808'),
      ),
      { minLength: 1, maxLength: BLOCK },
    );
    fc.assert(
      fc.property(usual, (json) => {
        expect(columnOf(kind, json)).toEqual(json.map((text) => expected(kind, text)));
      }),
      { numRuns: 100 },
    );
  });

  it('fills arrays of the caller too', () => {
    const { allocate, longsOfBlock, doublesOfBlock } = kernel.exports;
    const [values, valid] = [allocate(8 * BLOCK), allocate(BLOCK)];
    const json = ['1', 'null', '"x"', '-3'];
    fillBlock(kernel, [json]);
    (kind === 'long' ? longsOfBlock : doublesOfBlock)(0, values, valid);
    expect(valuesAt(kernel, kind, values, valid)).toEqual(json.map((text) => expected(kind, text)));
  });
});

describe('doubles', () => {
  it('are the nearest to texts of every length and size', () => {
    const shortest = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 });
    const halfway = fc.bigInt(2n ** 53n, 2n ** 63n).map((value) => `${value}`);
    const decimal = fc
      .tuple(fc.bigInt(1n, 10n ** 19n - 1n), fc.integer({ min: -45, max: 45 }))
      .map(([mantissa, exponent]) => `${mantissa}e${exponent}`);
    const texts = fc.array(fc.oneof(shortest.map(String), halfway, decimal), { minLength: BLOCK, maxLength: BLOCK });
    fc.assert(
      fc.property(texts, (json) => {
        expect(columnOf('double', json)).toEqual(json.map((text) => Number(text) + 0));
      }),
      { numRuns: 60 },
    );
  });

  it('are rounded to even between two of them', () => {
    const texts = [
      '9007199254740993',
      '9007199254740995',
      '4503599627370497.5',
      '4503599627370498.5',
      '1.8014398509481986e16',
    ];
    expect(columnOf('double', texts)).toEqual(texts.map(Number));
  });

  it('of more digits than a word holds are asked of the host, once each', () => {
    let asked = 0;
    const other = testKernel({
      parseDouble: () => {
        asked += 1;
        return -2.5;
      },
    });
    other.exports.setFields(1);
    openBatch(other, 1, false);
    fillBlock(other, [['1', '0.12345678901234567890123', '3e300']]);
    other.exports.readDouble(0, 0);
    expect(asked).toBe(2);
    expect(flagsOf(other)).toEqual([0, 0, 0]);
  });
});

describe('flags', () => {
  it('leave a row that the host judges alone', () => {
    fillBlock(kernel, [['"x"', undefined, '1']]);
    kernel.bytes[kernel.exports.flagsAt() + 1] = PUNT;
    kernel.exports.openBatch(batch);
    kernel.exports.readLong(0, 0);
    expect(kernel.view.getUint32(kernel.exports.nullsAt(batch), true)).toBe(0);
    expect(flagsOf(kernel)).toEqual([PUNT, PUNT, 0]);
  });
});
