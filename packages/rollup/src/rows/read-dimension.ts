import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { ColumnChunk } from '../parquet/footer.ts';
import { readPages } from '../parquet/pages.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { RankedColumn } from './columns.ts';
import { PageEntries, type SingleType } from './page-entries.ts';
import { rankEntries } from './rank-entries.ts';

/**
 * Reads a dimension of single values.
 * @param own gets the column
 * @throws as {@link readPages}
 */
export function readDimension(
  kernel: Kernel,
  own: Scratch,
  file: Uint8Array,
  chunk: ColumnChunk,
  rows: number,
  type: SingleType,
): RankedColumn {
  using scratch = new Scratch(kernel);
  const codes = own.allocate(4 * rows);
  const entries = new PageEntries(kernel, scratch, type);
  let row = 0;
  for (const page of readPages(kernel, scratch, file, chunk, { definition: 1, repetition: 0 })) {
    if (page.kind === 'dictionary') {
      entries.add(page, page.entries);
      continue;
    }
    if (row + page.count > rows) unreadable(`a column has more than ${rows} rows`);
    // Values of a page without codes are entries of their own.
    const first = page.codes === 0 ? entries.count + 1 : 1;
    if (page.codes === 0) entries.add(page, page.values);
    const out = codes + 4 * row;
    const known = kernel.exports.placeCodes(page.definition, page.codes, page.count, first, entries.count, out);
    if (known === 0) unreadable('a code is not in its dictionary');
    row += page.count;
  }
  if (row < rows) unreadable(`a column has ${row} rows, not ${rows}`);
  return rankEntries(kernel, own, entries.list, codes, rows);
}
