import { compileFilter } from '@hourmill/kernel';
import type { Comparison, FieldPath, Filter, Literal } from '@hourmill/pipeline';
import { compileFilter as compileReference } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testKernel } from './support/test-kernel.ts';
import { FILTERED, fillBlock, flagsOf, type JsonText, PUNT, parsed } from './support/value-block.ts';

const FIELDS = ['a', 'b'] as const;
const BLOCK = 128;

function fieldOf(path: FieldPath): number {
  return path[0] === 'a' ? 0 : 1;
}

type Event = Readonly<Record<(typeof FIELDS)[number], JsonText>>;

/** Whether each event passes; undefined where the host has to judge. */
function passes(filter: Filter, events: readonly Event[]): (boolean | undefined)[] {
  const kernel = testKernel();
  kernel.exports.setFields(FIELDS.length);
  compileFilter(kernel, filter, fieldOf);
  fillBlock(
    kernel,
    FIELDS.map((field) => events.map((event) => event[field])),
  );
  kernel.exports.applyFilter(0, 0);
  return flagsOf(kernel).map((flags) => {
    expect([0, PUNT, FILTERED]).toContain(flags);
    return flags === PUNT ? undefined : flags !== FILTERED;
  });
}

function expected(filter: Filter, event: Event): boolean {
  const present = FIELDS.filter((field) => event[field] !== undefined);
  return compileReference(filter)(new Map(present.map((field) => [field, parsed(event[field])]))) === true;
}

const shortText = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', 'é', '😀', '\ufffd', '\u0000'), maxLength: 5 });
const text = fc.oneof(
  { weight: 4, arbitrary: shortText },
  { weight: 2, arbitrary: shortText.map((tail) => `https://example.com/${tail}`) },
);
const digits = fc.stringMatching(/^[0-9]{1,8}$/);
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(String),
  fc
    .tuple(fc.constantFrom('', '-'), fc.nat(12), fc.constantFrom('0', '00', '5', '50', '49', '51'))
    .map(([sign, whole, fraction]) => `${sign}${whole}.${fraction}`),
  fc.tuple(fc.nat(12), digits).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc
    .tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom('e0', 'E1', 'e-1', 'e+2', 'e17'))
    .map((parts) => parts.join('')),
  fc.bigInt(1n - 2n ** 63n, 2n ** 63n - 1n).map(String),
  fc.constantFrom('9007199254740993', '9007199254740992.0', '9223372036854775807', '-9223372036854775807', '-0', '0.0'),
);
const hugeNumber = fc.constantFrom(
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '1e400',
  '-1e19',
  '1e-30',
  '-0.000000000000000000001',
  '1e99999999999999999999999',
  '1e-99999999999999999999999',
  '12345678901234567890.5',
  '0e99999999999999999999999',
);

const literal: fc.Arbitrary<Literal> = fc.oneof(
  { weight: 4, arbitrary: text.map((value): Literal => ({ kind: 'string', value })) },
  { weight: 4, arbitrary: number.map((value): Literal => ({ kind: 'number', text: value })) },
  { weight: 1, arbitrary: hugeNumber.map((value): Literal => ({ kind: 'number', text: value })) },
  { weight: 1, arbitrary: fc.boolean().map((value): Literal => ({ kind: 'boolean', value })) },
);
const field = fc.constantFrom(...FIELDS).map((key): FieldPath => [key]);
const operator = fc.constantFrom<Comparison[]>('=', '!=', '<', '<=', '>', '>=');
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '%', '_', 'é', '😀'), maxLength: 8 });

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('compare' as const), field, operator, literal }),
    fc.record({ kind: fc.constant('in' as const), field, literals: fc.array(literal, { minLength: 1, maxLength: 6 }) }),
    fc.record({ kind: fc.constant('isNull' as const), field }),
    fc.record({ kind: fc.constant('like' as const), field, pattern, escape: fc.constant(null) }),
    fc.record({
      kind: fc.constant('like' as const),
      field,
      pattern: pattern.map((p) => `!%${p}!!`),
      escape: fc.constant('!'),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), left: tie('filter'), right: tie('filter') }),
  ),
}));

const value: fc.Arbitrary<JsonText> = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => JSON.stringify(value)) },
  { weight: 4, arbitrary: number },
  { weight: 2, arbitrary: fc.constantFrom('true', 'false', 'null', undefined, '{}', '["a"]') },
);
const eventsOf = (json: fc.Arbitrary<JsonText>): fc.Arbitrary<Event[]> =>
  fc.array(fc.record({ a: json, b: json }), { minLength: 1, maxLength: BLOCK });

describe('a filter', () => {
  it('passes what the definition says, and decides all that is usual', () => {
    fc.assert(
      fc.property(filter, eventsOf(value), (filter, events) => {
        expect(passes(filter, events)).toEqual(events.map((event) => expected(filter, event)));
      }),
      { numRuns: 300 },
    );
  });

  it('decides like the definition or not at all, whatever the numbers', () => {
    const any = fc.oneof(value, hugeNumber, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String));
    fc.assert(
      fc.property(filter, eventsOf(any), (filter, events) => {
        passes(filter, events).forEach((passed, row) => {
          const event = events[row];
          if (passed !== undefined && event !== undefined) expect(passed).toBe(expected(filter, event));
        });
      }),
      { numRuns: 100 },
    );
  });

  it('finds values that lie on, just below and just above a literal', () => {
    const near = fc
      .tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.nat(6), fc.constantFrom(-1n, 0n, 0n, 1n))
      .map(
        ([mantissa, scale, step]) => [decimal(mantissa, scale), decimal(mantissa * 100n + step, scale + 2)] as const,
      );
    fc.assert(
      fc.property(near, operator, ([wanted, json], operator) => {
        const filter: Filter = { kind: 'compare', field: ['a'], operator, literal: { kind: 'number', text: wanted } };
        const event = { a: json, b: undefined };
        expect(passes(filter, [event])).toEqual([expected(filter, event)]);
      }),
      { numRuns: 300 },
    );
  });

  it('searches long lists of every kind', () => {
    const literals = Array.from({ length: 300 }, (_, index): Literal[] => [
      { kind: 'string', value: `item-${index * 7}` },
      { kind: 'number', text: `${index * 7 - 1000}` },
      { kind: 'number', text: `${index * 7}.25` },
    ]).flat();
    const events = Array.from({ length: BLOCK }, (_, row) => ({
      a: [`"item-${row}"`, `${row - 100}`, `${row}.25`, `${row}.50`][row % 4],
      b: undefined,
    }));
    const filter: Filter = { kind: 'in', field: ['a'], literals };
    expect(passes(filter, events)).toEqual(events.map((event) => expected(filter, event)));
  });

  it('takes half a surrogate pair in a literal for a code point that no text has', () => {
    const events = ['\ud7ff', '\ue000', '\ufffd', '😀'].map((text) => ({ a: JSON.stringify(text), b: undefined }));
    for (const operator of ['<', '=', '>'] as const) {
      const filter: Filter = { kind: 'compare', field: ['a'], operator, literal: { kind: 'string', value: '\ud800' } };
      expect(passes(filter, events)).toEqual(events.map((event) => expected(filter, event)));
    }
    const like: Filter = { kind: 'like', field: ['a'], pattern: '\udc00', escape: null };
    expect(passes(like, events)).toEqual([false, false, false, false]);
  });

  it('leaves a row that the host judges alone', () => {
    const kernel = testKernel();
    kernel.exports.setFields(FIELDS.length);
    compileFilter(kernel, { kind: 'isNull', field: ['a'] }, fieldOf);
    fillBlock(kernel, [['1', '1', 'null']]);
    kernel.bytes[kernel.exports.flagsAt()] = PUNT;
    kernel.exports.applyFilter(0, 0);
    expect(flagsOf(kernel)).toEqual([PUNT, FILTERED, 0]);
  });
});

/** mantissa / 10^scale as a JSON number. */
function decimal(mantissa: bigint, scale: number): string {
  const magnitude = `${mantissa < 0n ? -mantissa : mantissa}`.padStart(scale + 1, '0');
  const [whole, fraction] = [magnitude.slice(0, magnitude.length - scale), magnitude.slice(magnitude.length - scale)];
  return `${mantissa < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
