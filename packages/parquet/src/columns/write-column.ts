import type { Kernel } from '@hourmill/kernel';
import type { EncodedColumn } from '../encoded-row-group.ts';
import { widthOf, writeEqualLevels, writeHybrid, writeLevels } from '../pages/hybrid.ts';
import type { PageWriter } from '../pages/page-writer.ts';
import type { Scratch } from '../pages/scratch.ts';
import { type ColumnPlan, PAGE_ROWS, type PageDictionary, type PageRows } from './column-plan.ts';

/** More than the length and the one run of levels that are all the same. */
const EQUAL_LEVELS_BYTES = 16;

/** Writes the pages of a column whose rows have one value or none. */
export function writeColumn(
  kernel: Kernel,
  plan: ColumnPlan,
  rows: number,
  pages: PageWriter,
  scratch: Scratch,
): EncodedColumn {
  const { dictionary, statistics } = plan;
  pages.beginColumn();
  if (dictionary !== null) {
    pages.addDictionaryPage(dictionary.entries, dictionary.writeEntries(pages.page(dictionary.bytes)));
  }
  const codes = scratch.allocate(4 * Math.min(rows, PAGE_ROWS));
  for (let row = 0, value = 0; row < rows; ) {
    const count = plan.pageRows(row);
    const nullable = plan.nulls !== null && plan.nulls > 0;
    const values = nullable ? plan.writeLevels(row, count, codes) : count;
    const page = { row, rows: count, value, values };
    const levelBytes = nullable ? 4 + kernel.exports.hybridBytes(count, 1) : EQUAL_LEVELS_BYTES;
    const start = pages.page(levelBytes + dataBytes(kernel, plan, page));
    const data = writeDefinitionLevels(kernel, plan, page, codes, start);
    const end = dictionary === null ? plan.writeValues(page, data) : writeCodes(kernel, dictionary, page, codes, data);
    pages.addDataPage(dictionary === null ? 'PLAIN' : 'RLE_DICTIONARY', count, end);
    row += count;
    value += values;
  }
  const dataEncoding = dictionary === null ? 'PLAIN' : 'RLE_DICTIONARY';
  return { values: rows, dataEncoding, statistics, ...pages.endColumn() };
}

function dataBytes(kernel: Kernel, plan: ColumnPlan, page: PageRows): number {
  if (plan.dictionary === null) return plan.valueBytes(page);
  return 1 + kernel.exports.hybridBytes(page.values, widthOf(plan.dictionary.entries));
}

function writeDefinitionLevels(kernel: Kernel, plan: ColumnPlan, page: PageRows, levels: number, out: number): number {
  if (plan.nulls === null) return out;
  if (plan.nulls === 0) return writeEqualLevels(kernel, 1, page.rows, out);
  return writeLevels(kernel, levels, page.rows, 1, out);
}

function writeCodes(kernel: Kernel, dictionary: PageDictionary, page: PageRows, codes: number, out: number): number {
  const width = widthOf(dictionary.entries);
  kernel.bytes[out] = width;
  dictionary.writeCodes(page, codes);
  return writeHybrid(kernel, codes, page.values, width, out + 1);
}
