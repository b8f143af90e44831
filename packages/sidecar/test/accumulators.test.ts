import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import {
  accumulatorColumn,
  decodeAccumulators,
  decodeSum,
  encodeAccumulators,
  encodeSum,
  sumsOf,
} from '@hourmill/sidecar';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Also beyond the range of a double, as partial sums may be. */
const sum = fc.oneof(
  fc.array(double, { maxLength: 5 }).map((values) => values.reduce((total, value) => total + unitsOf(value), 0n)),
  fc.bigInt({ min: -(2n ** 2200n), max: 2n ** 2200n }),
  fc.tuple(fc.bigInt({ min: -300n, max: 300n }), fc.nat({ max: 40 })).map(([value, shift]) => value << BigInt(shift)),
);
const sums = fc.array(fc.option(sum), { maxLength: 50 });

describe('an exact sum', () => {
  test('comes back from its bytes', () => {
    fc.assert(
      fc.property(fc.option(sum), (units) => {
        expect(decodeSum(encodeSum(units))).toBe(units);
      }),
    );
  });

  test('has one form only, and bytes of another one are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let units: bigint | null;
        try {
          units = decodeSum(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'HM_LEDGER_004' });
          return;
        }
        expect(Buffer.from(encodeSum(units))).toEqual(Buffer.from(bytes));
      }),
    );
    for (const hex of ['00', '0100', '000000', '000001 00', '0000ffff', '00000001', '0100 00']) {
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      expect(() => decodeSum(bytes), hex).toThrow(expect.objectContaining({ code: 'HM_LEDGER_004' }) as Error);
    }
  });

  test('is these bytes', () => {
    const hex = (units: bigint | null): string => Buffer.from(encodeSum(units)).toString('hex');
    expect(hex(null)).toBe('');
    expect(hex(0n)).toBe('0000');
    expect(hex(1n)).toBe('000001');
    expect(hex(-1n)).toBe('0000ff');
    expect(hex(127n)).toBe('00007f');
    expect(hex(128n)).toBe('00008000');
    expect(hex(-128n)).toBe('000080');
    expect(hex(-129n)).toBe('00007fff');
    expect(hex(256n)).toBe('010001');
    expect(hex(0x1234n << 16n)).toBe('02003412');
    // 1.0 is 2^1074 units: 2^2 times 256^134.
    expect(hex(unitsOf(1))).toBe('860004');
    expect(hex(unitsOf(-0.1))).toBe(`${'7f00'}${hex(unitsOf(-0.1)).slice(4)}`);
    expect(nearestDoubleOf(decodeSum(Buffer.from('860004', 'hex')) ?? 0n)).toBe(1);
  });

  test('forgets nothing that a double would', () => {
    const parts = [1e300, 1e-300, -1e300];
    const units = parts.reduce((total, value) => total + (decodeSum(encodeSum(unitsOf(value))) ?? 0n), 0n);
    expect(nearestDoubleOf(units)).toBe(1e-300);
  });
});

describe('a file of exact sums', () => {
  const table = fc.tuple(fc.integer({ min: 1, max: 4 }), sums).chain(([columns, { length }]) => {
    const column = fc.array(fc.option(sum), { minLength: length, maxLength: length });
    return fc.array(column, { minLength: columns, maxLength: columns });
  });

  test('gives back the sums that were written, and the same sums are the same bytes', () => {
    fc.assert(
      fc.property(table, (columns) => {
        const bytes = encodeAccumulators(columns.map(accumulatorColumn));
        expect(decodeAccumulators(bytes, 'p').map(sumsOf)).toEqual(columns);
        expect(encodeAccumulators(columns.map(accumulatorColumn))).toEqual(bytes);
      }),
    );
  });

  const columns = [accumulatorColumn([1n, null, unitsOf(0.1)]), accumulatorColumn([null, null, 0n])];
  const whole = encodeAccumulators(columns);
  const damaged = expect.objectContaining({ code: 'HM_LEDGER_004' }) as Error;

  test('is refused wherever a byte of it changed', () => {
    for (let at = 0; at < whole.length; at++) {
      for (const bit of [1, 16, 128]) {
        const broken = whole.slice();
        broken[at] = (broken[at] ?? 0) ^ bit;
        let decoded: unknown;
        try {
          decoded = decodeAccumulators(broken, 'p');
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/HM_LEDGER_00[45]/) as string });
          continue;
        }
        // Some bits of a zstd frame say nothing; what it says is the same then.
        expect(decoded, `byte ${at}`).toEqual(decodeAccumulators(whole, 'p'));
      }
    }
  });

  test('is refused when it is cut, or claims more than there is', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeAccumulators(whole.subarray(0, length), 'p'), `${length} bytes`).toThrow(damaged);
    }
    for (const [at, value] of [
      [8, 2 ** 32 - 1],
      [12, 2 ** 32 - 1],
      [16, 2 ** 32 - 1],
      [8, 2],
      [12, 1],
      [16, 0],
    ] as const) {
      const broken = Buffer.from(whole);
      broken.writeUInt32LE(value, at);
      expect(() => decodeAccumulators(broken, 'p')).toThrow(damaged);
    }
    expect(() => decodeAccumulators(Buffer.from('PAR1'), 'p')).toThrow(damaged);
  });

  test('of a newer format asks for a newer reader', () => {
    const newer = Buffer.from(whole);
    newer.write('HMSUMS02', 'latin1');
    const failure = expect.objectContaining({ code: 'HM_LEDGER_005' }) as Error;
    expect(() => decodeAccumulators(newer, 'p')).toThrow(failure);
  });
});
