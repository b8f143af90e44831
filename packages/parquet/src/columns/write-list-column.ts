import type { Kernel } from '@hourmill/kernel';
import type { DictionaryColumn } from '../column-input.ts';
import type { EncodedColumn } from '../encoded-row-group.ts';
import { type Bound, stringBound } from '../format/bounds.ts';
import { widthOf, writeHybrid, writeLevels } from '../pages/hybrid.ts';
import type { PageWriter } from '../pages/page-writer.ts';
import type { Scratch } from '../pages/scratch.ts';
import { PAGE_ROWS } from './column-plan.ts';
import { type UsedRanks, usedRanks } from './dictionary-plan.ts';

/** A page's values at most, but for a row that has more. */
const PAGE_VALUES = 65_536;
/** Bits of the levels of a list of strings that may be null itself, as its elements may. */
const REPETITION_WIDTH = 1;
const DEFINITION_WIDTH = 2;

/** The lists that a column's rows use, taken apart: see the kernel's `assembly/pages/list-entries.ts`. */
interface Lists {
  readonly starts: number;
  readonly elements: number;
  readonly page: number;
  readonly pageBytes: number;
  readonly offsets: number;
  /** Distinct strings. */
  readonly strings: number;
}

/** Writes the pages of a multi-value dimension. Its strings always have a dictionary. */
export function writeListColumn(
  kernel: Kernel,
  column: DictionaryColumn,
  rows: number,
  pages: PageWriter,
  scratch: Scratch,
): EncodedColumn {
  const { listRowsWithin } = kernel.exports;
  const used = usedRanks(kernel, column, rows, scratch);
  const lists = takeApart(kernel, column, used, scratch);
  pages.beginColumn();
  if (lists.strings > 0) writeDictionaryPage(kernel, lists, pages);
  let values = 0;
  let strings = 0;
  for (let row = 0; row < rows; ) {
    const ranks = column.ranks + 4 * row;
    const most = Math.min(PAGE_ROWS, rows - row);
    const count = listRowsWithin(ranks, most, used.marks.at, lists.starts, PAGE_VALUES);
    const page = writePage(kernel, ranks, count, used, lists, pages, scratch);
    values += page.values;
    strings += page.strings;
    row += count;
  }
  const statistics = {
    nulls: values - strings,
    least: extreme(kernel, lists, 'least'),
    greatest: extreme(kernel, lists, 'greatest'),
  };
  const dataEncoding = lists.strings > 0 ? 'RLE_DICTIONARY' : 'PLAIN';
  return { values, dataEncoding, statistics, ...pages.endColumn() };
}

function takeApart(kernel: Kernel, { dictionary }: DictionaryColumn, used: UsedRanks, scratch: Scratch): Lists {
  const { countElements, encodeLists, markedBytes } = kernel.exports;
  const { at, count } = used.marks;
  const total = countElements(dictionary, at, count);
  const starts = scratch.allocate(4 * (used.entries + 1));
  const elements = scratch.allocate(4 * total);
  const page = scratch.allocate(markedBytes(dictionary, at, count) + 4 * total);
  const offsets = scratch.allocate(4 * (total + 1));
  const capacity = 2 ** Math.ceil(Math.log2(2 * total + 2));
  const slots = scratch.allocateZeroed(4 * capacity);
  const strings = encodeLists(dictionary, at, count, starts, elements, page, offsets, slots, capacity);
  const pageBytes = kernel.view.getUint32(offsets + 4 * strings, true);
  return { starts, elements, page, pageBytes, offsets, strings };
}

function writeDictionaryPage(kernel: Kernel, lists: Lists, pages: PageWriter): void {
  const out = pages.page(lists.pageBytes);
  kernel.exports.moveBytes(out, lists.page, lists.pageBytes);
  pages.addDictionaryPage(lists.strings, out + lists.pageBytes);
}

function writePage(
  kernel: Kernel,
  ranks: number,
  rows: number,
  { marks }: UsedRanks,
  lists: Lists,
  pages: PageWriter,
  scratch: Scratch,
): { values: number; strings: number } {
  const { hybridBytes, listLevels, writeListLevels } = kernel.exports;
  const { starts, elements } = lists;
  const values = listLevels(ranks, rows, marks.at, starts);
  const repetition = scratch.allocate(4 * values);
  const definition = scratch.allocate(4 * values);
  const codes = scratch.allocate(4 * values);
  const strings = writeListLevels(ranks, rows, marks.at, starts, elements, repetition, definition, codes);
  const width = widthOf(Math.max(1, lists.strings));
  const levelBytes = hybridBytes(values, REPETITION_WIDTH) + hybridBytes(values, DEFINITION_WIDTH) + 8;
  let end = pages.page(levelBytes + 1 + hybridBytes(strings, width));
  end = writeLevels(kernel, repetition, values, REPETITION_WIDTH, end);
  end = writeLevels(kernel, definition, values, DEFINITION_WIDTH, end);
  if (lists.strings > 0) {
    kernel.bytes[end] = width;
    end = writeHybrid(kernel, codes, strings, width, end + 1);
  }
  pages.addDataPage(lists.strings > 0 ? 'RLE_DICTIONARY' : 'PLAIN', values, end);
  for (const block of [repetition, definition, codes]) scratch.release(block);
  return { values, strings };
}

function extreme(kernel: Kernel, { page, offsets, strings }: Lists, side: 'least' | 'greatest'): Bound | null {
  if (strings === 0) return null;
  const code = kernel.exports.extremeString(page, offsets, strings, Number(side === 'greatest'));
  const from = page + kernel.view.getUint32(offsets + 4 * code, true);
  const to = page + kernel.view.getUint32(offsets + 4 * (code + 1), true);
  return stringBound(kernel.bytes.subarray(from + 4, to), side);
}
