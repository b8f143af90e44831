import type { Kernel } from '@hourmill/kernel';
import type { PlainColumn } from '../column-input.ts';
import { doubleBound, longBound, type Statistics } from '../format/bounds.ts';
import { widthOf } from '../pages/hybrid.ts';
import type { Scratch } from '../pages/scratch.ts';
import { forSlices } from '../pages/slices.ts';
import { type ColumnPlan, dictionaryPays, PAGE_ROWS, type PageDictionary } from './column-plan.ts';
import { allocateMarks, maxMarkedCodes } from './marks.ts';
import { valueDictionary } from './value-dictionary.ts';

const MAX_LONG = (1n << 63n) - 1n;
const MIN_LONG = -(1n << 63n);

/** The values of a column that are there. */
interface Dense {
  readonly at: number;
  readonly count: number;
}

/** A metric: 8-byte values in no order. */
export function planPlain(kernel: Kernel, column: PlainColumn, rows: number, scratch: Scratch): ColumnPlan {
  const { levelsOfValid } = kernel.exports;
  const { type, valid } = column;
  const dense = denseValues(kernel, column, rows, scratch);
  const { statistics, dictionary } =
    type === 'long' ? planLongs(kernel, dense, rows, scratch) : planDoubles(kernel, dense, rows, scratch);
  return {
    nulls: rows - dense.count,
    statistics,
    dictionary,
    pageRows: (row) => Math.min(PAGE_ROWS, rows - row),
    writeLevels: (row, count, out) => {
      if (valid === null) return count;
      let found = 0;
      forSlices(count, (from, slice) => {
        found += levelsOfValid(valid + row + from, slice, out + 4 * from);
      });
      return found;
    },
    valueBytes: (page) => 8 * page.values,
    writeValues: (page, out) => {
      const from = dense.at + 8 * page.value;
      kernel.exports.moveBytes(out, from, 8 * page.values);
      return out + 8 * page.values;
    },
  };
}

function denseValues(kernel: Kernel, { values, valid }: PlainColumn, rows: number, scratch: Scratch): Dense {
  if (valid === null) return { at: values, count: rows };
  const at = scratch.allocate(8 * rows);
  let found = 0;
  forSlices(rows, (from, count) => {
    found += kernel.exports.compactValues(values + 8 * from, valid + from, count, at + 8 * found);
  });
  return { at, count: found };
}

type Found = { readonly statistics: Statistics; readonly dictionary: PageDictionary | null };

function planLongs(kernel: Kernel, dense: Dense, rows: number, scratch: Scratch): Found {
  const nulls = rows - dense.count;
  if (dense.count === 0) return { statistics: { nulls, least: null, greatest: null }, dictionary: null };
  const range = scratch.allocate(16);
  kernel.view.setBigInt64(range, MAX_LONG, true);
  kernel.view.setBigInt64(range + 8, MIN_LONG, true);
  forSlices(dense.count, (from, count) => kernel.exports.rangeOfLongs(dense.at + 8 * from, count, range));
  const least = kernel.view.getBigInt64(range, true);
  const greatest = kernel.view.getBigInt64(range + 8, true);
  const codes = greatest - least + 1n;
  const dictionary =
    codes <= maxMarkedCodes(rows)
      ? rangeDictionary(kernel, dense, least, Number(codes), scratch)
      : valueDictionary(kernel, dense.at, dense.count, scratch);
  return { statistics: { nulls, least: longBound(least), greatest: longBound(greatest) }, dictionary };
}

/** Of values that lie close together, as counts do. */
function rangeDictionary(
  kernel: Kernel,
  dense: Dense,
  least: bigint,
  codes: number,
  scratch: Scratch,
): PageDictionary | null {
  const { markLongs, numberLongs, numberMarks, writeMarkedLongs } = kernel.exports;
  const marks = allocateMarks(kernel, scratch, codes);
  forSlices(dense.count, (from, count) => markLongs(dense.at + 8 * from, count, least, marks.at));
  const entries = numberMarks(marks.at, marks.count, 0);
  if (!dictionaryPays(8 * entries, widthOf(entries), dense.count, 8 * dense.count)) return null;
  return {
    entries,
    bytes: 8 * entries,
    writeEntries: (out) => writeMarkedLongs(marks.at, marks.count, least, 1n, out),
    writeCodes: (page, out) => {
      forSlices(page.values, (from, count) => {
        numberLongs(dense.at + 8 * (page.value + from), count, least, marks.at, out + 4 * from);
      });
    },
  };
}

function planDoubles(kernel: Kernel, dense: Dense, rows: number, scratch: Scratch): Found {
  const range = scratch.allocate(16);
  kernel.view.setFloat64(range, Number.POSITIVE_INFINITY, true);
  kernel.view.setFloat64(range + 8, Number.NEGATIVE_INFINITY, true);
  forSlices(dense.count, (from, count) => kernel.exports.rangeOfDoubles(dense.at + 8 * from, count, range));
  const least = kernel.view.getFloat64(range, true);
  const greatest = kernel.view.getFloat64(range + 8, true);
  const nulls = rows - dense.count;
  // Without any value but NaN the range is still as empty as it began.
  const known = least <= greatest;
  return {
    statistics: {
      nulls,
      least: known ? doubleBound(least, 'least') : null,
      greatest: known ? doubleBound(greatest, 'greatest') : null,
    },
    dictionary: valueDictionary(kernel, dense.at, dense.count, scratch),
  };
}
