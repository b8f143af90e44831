import type { Kernel } from '@hourmill/kernel';
import type { DictionaryColumn } from '../column-input.ts';
import { type Bound, doubleBound, longBound, type Statistics, stringBound } from '../format/bounds.ts';
import { widthOf } from '../pages/hybrid.ts';
import type { Scratch } from '../pages/scratch.ts';
import { forSlices } from '../pages/slices.ts';
import { type ColumnPlan, dictionaryPays, PAGE_ROWS, type PageDictionary } from './column-plan.ts';
import { entryBytes, entryCount, longOfEntry, orderedToDouble } from './dictionary-entries.ts';
import { allocateMarks, type Marks } from './marks.ts';

/** Bytes of strings in a page without a dictionary. */
const PAGE_BYTES = 1 << 20;

/** The ranks that the rows of a column use. */
export interface UsedRanks {
  readonly nulls: number;
  readonly marks: Marks;
  /** How many distinct ranks, without null. */
  readonly entries: number;
}

export function usedRanks(kernel: Kernel, column: DictionaryColumn, rows: number, scratch: Scratch): UsedRanks {
  const { countNulls, markCodes, numberMarks } = kernel.exports;
  const marks = allocateMarks(kernel, scratch, entryCount(kernel, column.dictionary) + 1);
  forSlices(rows, (from, count) => markCodes(column.ranks + 4 * from, count, 0, marks.at));
  let nulls = 0;
  // Rank 0 is marked where there is a null.
  if (kernel.view.getUint8(marks.at) & 1) {
    forSlices(rows, (from, count) => {
      nulls += countNulls(column.ranks + 4 * from, count);
    });
  }
  return { nulls, marks, entries: numberMarks(marks.at, marks.count, 1) };
}

/** A dimension of single values. Its page dictionary is what these rows use of the column's dictionary, in the same order. */
export function planDictionary(kernel: Kernel, column: DictionaryColumn, rows: number, scratch: Scratch): ColumnPlan {
  const { levelsOfRanks } = kernel.exports;
  const used = usedRanks(kernel, column, rows, scratch);
  const dictionary = pageDictionary(kernel, column, rows, used);
  const strings = column.type === 'string';
  const pageRows = (row: number) => Math.min(PAGE_ROWS, rows - row);
  return {
    nulls: used.nulls,
    statistics: statisticsOf(kernel, column, used),
    dictionary,
    pageRows: strings && dictionary === null ? (row) => stringRows(kernel, column, row, pageRows(row)) : pageRows,
    writeLevels: (row, count, out) => {
      let found = 0;
      forSlices(count, (from, slice) => {
        found += levelsOfRanks(column.ranks + 4 * (row + from), slice, out + 4 * from);
      });
      return found;
    },
    ...(strings ? stringValues(kernel, column) : numberValues(kernel, column)),
  };
}

type Values = Pick<ColumnPlan, 'valueBytes' | 'writeValues'>;

function stringRows(kernel: Kernel, { dictionary, ranks }: DictionaryColumn, row: number, most: number): number {
  return kernel.exports.rowsWithin(dictionary, ranks + 4 * row, most, PAGE_BYTES);
}

function stringValues(kernel: Kernel, { dictionary, ranks }: DictionaryColumn): Values {
  const { rowBytesOf, writeRowStrings } = kernel.exports;
  return {
    valueBytes: (page) => 4 * page.values + rowBytesOf(dictionary, ranks + 4 * page.row, page.rows),
    writeValues: (page, out) => {
      let end = out;
      forSlices(page.rows, (from, count) => {
        end = writeRowStrings(dictionary, ranks + 4 * (page.row + from), count, end);
      });
      return end;
    },
  };
}

function numberValues(kernel: Kernel, { dictionary, ranks, type }: DictionaryColumn): Values {
  const { writeRowNumbers } = kernel.exports;
  const doubles = Number(type === 'double');
  return {
    valueBytes: (page) => 8 * page.values,
    writeValues: (page, out) => {
      let end = out;
      forSlices(page.rows, (from, count) => {
        end = writeRowNumbers(dictionary, ranks + 4 * (page.row + from), count, doubles, end);
      });
      return end;
    },
  };
}

function pageDictionary(
  kernel: Kernel,
  { type, ranks, dictionary }: DictionaryColumn,
  rows: number,
  { nulls, marks, entries }: UsedRanks,
): PageDictionary | null {
  const { markedBytes, numberRanks, rowBytesOf, writeMarkedNumbers, writeMarkedStrings } = kernel.exports;
  const values = rows - nulls;
  const strings = type === 'string';
  const bytes = strings ? 4 * entries + markedBytes(dictionary, marks.at, marks.count) : 8 * entries;
  // Where values occur twice on average nobody need add up the lengths of all rows.
  if (2 * entries > values || entries === 0) {
    const plain = strings ? 4 * values + rowBytesOf(dictionary, ranks, rows) : 8 * values;
    if (!dictionaryPays(bytes, widthOf(entries), values, plain)) return null;
  }
  return {
    entries,
    bytes,
    writeEntries: (out) =>
      strings
        ? writeMarkedStrings(dictionary, marks.at, marks.count, out)
        : writeMarkedNumbers(dictionary, marks.at, marks.count, Number(type === 'double'), out),
    writeCodes: (page, out) => {
      let end = out;
      forSlices(page.rows, (from, count) => {
        end += 4 * numberRanks(ranks + 4 * (page.row + from), count, marks.at, end);
      });
    },
  };
}

function statisticsOf(kernel: Kernel, column: DictionaryColumn, { nulls, marks, entries }: UsedRanks): Statistics {
  if (entries === 0) return { nulls, least: null, greatest: null };
  const { lowestMark, highestMark } = kernel.exports;
  const bound = (rank: number, side: 'least' | 'greatest') => {
    return boundOf(column.type, entryBytes(kernel, column.dictionary, rank - 1), side);
  };
  return {
    nulls,
    least: bound(lowestMark(marks.at, marks.count) >>> 0, 'least'),
    greatest: bound(highestMark(marks.at, marks.count) >>> 0, 'greatest'),
  };
}

function boundOf(type: DictionaryColumn['type'], entry: Uint8Array, side: 'least' | 'greatest'): Bound | null {
  switch (type) {
    case 'long':
      return longBound(longOfEntry(entry));
    case 'double':
      return doubleBound(orderedToDouble(entry), side);
    default:
      return stringBound(entry, side);
  }
}
