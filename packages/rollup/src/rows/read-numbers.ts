import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { ColumnChunk } from '../parquet/footer.ts';
import { type DataPage, readPages } from '../parquet/pages.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { NumberColumn } from './columns.ts';

/**
 * Reads a column of INT64 or DOUBLE.
 * @param own gets the column
 * @throws as {@link readPages}
 */
export function readNumbers(
  kernel: Kernel,
  own: Scratch,
  file: Uint8Array,
  chunk: ColumnChunk,
  rows: number,
  definition: 0 | 1,
): NumberColumn {
  using scratch = new Scratch(kernel);
  const values = own.allocate(8 * rows);
  const flags = new Flags(kernel, own, rows);
  let dictionary = { at: 0, entries: 0 };
  let row = 0;
  for (const page of readPages(kernel, scratch, file, chunk, { definition, repetition: 0 })) {
    if (page.kind === 'dictionary') {
      if (page.end - page.at < 8 * page.entries) unreadable('a page ends too early');
      dictionary = page;
      continue;
    }
    if (row + page.count > rows) unreadable(`a column has more than ${rows} rows`);
    const out = values + 8 * row;
    if (page.definition === 0) {
      putValues(kernel, page, dictionary, out);
    } else {
      const dense = scratch.allocate(8 * (page.values + 1));
      putValues(kernel, page, dictionary, dense);
      kernel.exports.spreadValues(page.definition, dense, page.count, out, flags.at(row));
    }
    row += page.count;
  }
  if (row < rows) unreadable(`a column has ${row} rows, not ${rows}`);
  return { values, valid: flags.address };
}

/** Flags of values, made when there is a first null. */
class Flags {
  readonly #kernel: Kernel;
  readonly #own: Scratch;
  readonly #rows: number;
  address = 0;

  constructor(kernel: Kernel, own: Scratch, rows: number) {
    this.#kernel = kernel;
    this.#own = own;
    this.#rows = rows;
  }

  at(row: number): number {
    if (this.address === 0) {
      this.address = this.#own.allocate(this.#rows);
      this.#kernel.bytes.fill(1, this.address, this.address + this.#rows);
    }
    return this.address + row;
  }
}

/** The values of a page without gaps. */
function putValues(kernel: Kernel, page: DataPage, dictionary: { at: number; entries: number }, out: number): void {
  const { moveBytes, valuesOfCodes } = kernel.exports;
  if (page.codes !== 0) {
    const known = valuesOfCodes(page.codes, page.values, dictionary.at, dictionary.entries, out);
    if (known === 0) unreadable('a code is not in its dictionary');
  } else {
    if (page.end - page.at < 8 * page.values) unreadable('a page ends too early');
    moveBytes(out, page.at, 8 * page.values);
  }
}
