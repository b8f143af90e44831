import fc from 'fast-check';
import { START_MS, type TestColumn, type Value } from './columns.ts';

const long = fc.oneof(
  fc.bigInt({ min: -3n, max: 3n }),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  fc.constantFrom(-(1n << 63n), (1n << 63n) - 1n),
);
// Dimensions and metrics know neither NaN nor infinity, and 0 but not -0.
const double = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.constantFrom(Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE),
);
const string = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'é', '\0', '😀'),
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.string({ minLength: 60, maxLength: 80 }),
);
const list = fc.array(fc.option(string), { minLength: 1, maxLength: 4 });

/** Values of `kind` for so many rows: none, one, a few or many distinct ones, with or without nulls. */
function valuesOf(kind: fc.Arbitrary<Value>, rows: number): fc.Arbitrary<readonly Value[]> {
  const exactly = { minLength: rows, maxLength: rows };
  const few = fc.array(kind, { minLength: 1, maxLength: 4 }).chain((some) => {
    return fc.array(fc.constantFrom(...some), exactly);
  });
  const present = fc.oneof(fc.array(kind, exactly), few);
  const withNulls = fc.array(fc.option(kind), exactly);
  return fc.oneof(
    { weight: 4, arbitrary: present },
    { weight: 4, arbitrary: withNulls },
    fc.constant(Array(rows).fill(null)),
  );
}

/** A column of each kind, for 1 to 60 rows. Times are not sorted: the writer need not know. */
export const columns: fc.Arbitrary<readonly TestColumn[]> = fc.integer({ min: 1, max: 60 }).chain((rows) => {
  const seconds = fc.array(fc.oneof(fc.nat(5), fc.nat(2_000_000_000)), { minLength: rows, maxLength: rows });
  const column = (name: string, type: TestColumn['type'], kind: fc.Arbitrary<Value>): fc.Arbitrary<TestColumn> => {
    return fc.record({
      name: fc.constant(name),
      type: fc.constant(type),
      values: valuesOf(kind, rows),
      unused: fc.array(kind, { maxLength: 100 }),
    });
  };
  const metric = (name: string, type: TestColumn['type'], kind: fc.Arbitrary<Value>): fc.Arbitrary<TestColumn> => {
    return valuesOf(kind, rows).map((values) => ({ name, type, values, plain: true }));
  };
  return fc.tuple(
    seconds.map((offsets): TestColumn => {
      return { name: '__time', type: 'timestamp', values: offsets.map((second) => START_MS + 1000n * BigInt(second)) };
    }),
    column('text', 'string', string),
    column('whole', 'long', long),
    column('real', 'double', double),
    column('texts', 'stringList', list),
    metric('sum', 'long', long),
    metric('average', 'double', double),
  );
});
