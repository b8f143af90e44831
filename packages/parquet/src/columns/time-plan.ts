import type { Kernel } from '@hourmill/kernel';
import type { TimeColumn } from '../column-input.ts';
import { longBound } from '../format/bounds.ts';
import { widthOf } from '../pages/hybrid.ts';
import type { Scratch } from '../pages/scratch.ts';
import { forSlices } from '../pages/slices.ts';
import { type ColumnPlan, dictionaryPays, PAGE_ROWS, type PageDictionary } from './column-plan.ts';
import { allocateMarks, maxMarkedCodes } from './marks.ts';

/** Times: few distinct ones in long runs, as a rule. */
export function planTime(kernel: Kernel, column: TimeColumn, rows: number, scratch: Scratch): ColumnPlan {
  const { writeLongs } = kernel.exports;
  const { buckets, startMs, granularityMs } = column;
  const { least, greatest } = rangeOfBuckets(kernel, column, rows, scratch);
  return {
    nulls: null,
    statistics: {
      nulls: 0,
      least: longBound(startMs + BigInt(least) * granularityMs),
      greatest: longBound(startMs + BigInt(greatest) * granularityMs),
    },
    dictionary: timeDictionary(kernel, column, rows, least, greatest, scratch),
    pageRows: (row) => Math.min(PAGE_ROWS, rows - row),
    writeLevels: (_, count) => count,
    valueBytes: (page) => 8 * page.values,
    writeValues: (page, out) => {
      forSlices(page.rows, (from, count) => {
        writeLongs(buckets + 4 * (page.row + from), count, startMs, granularityMs, out + 8 * from);
      });
      return out + 8 * page.rows;
    },
  };
}

function rangeOfBuckets(
  kernel: Kernel,
  { buckets }: TimeColumn,
  rows: number,
  scratch: Scratch,
): { least: number; greatest: number } {
  const range = scratch.allocate(8);
  kernel.view.setUint32(range, 0xffffffff, true);
  kernel.view.setUint32(range + 4, 0, true);
  forSlices(rows, (from, count) => kernel.exports.rangeOfCodes(buckets + 4 * from, count, range));
  return { least: kernel.view.getUint32(range, true), greatest: kernel.view.getUint32(range + 4, true) };
}

function timeDictionary(
  kernel: Kernel,
  { buckets, startMs, granularityMs }: TimeColumn,
  rows: number,
  least: number,
  greatest: number,
  scratch: Scratch,
): PageDictionary | null {
  const { markCodes, numberMarks, writeMarkedLongs, numberCodes } = kernel.exports;
  const range = greatest - least + 1;
  if (range > maxMarkedCodes(rows)) return null;
  const marks = allocateMarks(kernel, scratch, range);
  forSlices(rows, (from, count) => markCodes(buckets + 4 * from, count, least, marks.at));
  const entries = numberMarks(marks.at, marks.count, 0);
  if (!dictionaryPays(8 * entries, widthOf(entries), rows, 8 * rows)) return null;
  const first = startMs + BigInt(least) * granularityMs;
  return {
    entries,
    bytes: 8 * entries,
    writeEntries: (out) => writeMarkedLongs(marks.at, marks.count, first, granularityMs, out),
    writeCodes: (page, out) => {
      forSlices(page.rows, (from, count) => {
        numberCodes(buckets + 4 * (page.row + from), count, least, marks.at, out + 4 * from);
      });
    },
  };
}
