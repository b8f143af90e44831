import type { Program } from '@hourmill/pipeline';
import type { Row } from '@hourmill/record';
import fc from 'fast-check';

const START_MS = Date.parse('2026-11-22T10:00:00Z');

const few = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.array(values, { minLength: 1, maxLength: 5 }).chain((some) => fc.constantFrom(...some));
const string = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'b', 'ab', 'é', '\0', '\0\0', '\u{1f600}', '\uffff', '\ufeff') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 60, maxLength: 80 }) },
);
const long = fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: -(1n << 50n), max: 1n << 50n }));
const double = fc.oneof(
  fc.integer({ min: -300, max: 300 }).map((cents) => cents / 100),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })
    .map((value) => (value === 0 ? 0 : value)),
);
const list = fc.array(fc.option(string, { freq: 4 }), { minLength: 1, maxLength: 3 });

/** Values of one event, so that events often share a group. */
export function rowsOf(program: Program, maxLength: number): fc.Arbitrary<Row[]> {
  const dimensions = program.dimensions.map(({ type, multiValue }) => {
    const value = multiValue !== null ? list : { string, long, double }[type];
    return fc.option(few<string | bigint | number | (string | null)[]>(value), { freq: 5 });
  });
  const metrics = program.metrics.map(({ type }) => {
    if (type === 'count') return fc.constant(null);
    return fc.option<bigint | number>(type.startsWith('double') ? double : long, { freq: 3 });
  });
  const row = fc.record({
    timeMs: fc.oneof(fc.nat(2), fc.nat(59)).map((minute) => START_MS + 60_000 * minute),
    dimensions: fc.tuple(...dimensions),
    metrics: fc.tuple(...metrics),
  });
  return fc.array(row, { maxLength, size: 'max' });
}
