import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { ColumnChunk } from '../parquet/footer.ts';
import { type DataPage, readPages } from '../parquet/pages.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { RankedColumn } from './columns.ts';
import { ListBytes } from './list-bytes.ts';
import { PageEntries } from './page-entries.ts';
import { type EntryList, rankEntries } from './rank-entries.ts';

// Definition levels of a list of strings.
const NULL_LIST = 0;
const EMPTY_LIST = 1;
const NULL_STRING = 2;
const A_STRING = 3;

/**
 * Reads a multi-value dimension.
 * @param own gets the column
 * @throws as {@link readPages}
 */
export function readLists(
  kernel: Kernel,
  own: Scratch,
  file: Uint8Array,
  chunk: ColumnChunk,
  rows: number,
): RankedColumn {
  using scratch = new Scratch(kernel);
  const strings = new PageEntries(kernel, scratch, 'string');
  const lists = new ListBytes(rows);
  for (const page of readPages(kernel, scratch, file, chunk, { definition: 3, repetition: 1 })) {
    if (page.kind === 'dictionary') strings.add(page, page.entries);
    else addPage(kernel, lists, strings, page);
  }
  const { codes, bytes, starts } = lists.finish();
  const entries = entriesOf(scratch, bytes, starts);
  return rankEntries(kernel, own, entries, own.copyIn(new Uint8Array(codes.buffer)), rows);
}

function addPage(kernel: Kernel, lists: ListBytes, strings: PageEntries, page: DataPage): void {
  const first = page.codes === 0 ? strings.count : 0;
  if (page.codes === 0) strings.add(page, page.values);
  const { bytes, words } = kernel;
  const entries = strings.list.at / 4;
  let value = 0;
  for (let level = 0; level < page.count; level++) {
    if (words[page.repetition / 4 + level] === 0) lists.begin();
    const kind = page.definition === 0 ? A_STRING : words[page.definition / 4 + level];
    if (kind === NULL_LIST) lists.setNull();
    else if (kind === NULL_STRING) lists.addNull();
    else if (kind !== EMPTY_LIST) {
      const string = first + (page.codes === 0 ? value : (words[page.codes / 4 + value] as number));
      if (string >= strings.count) unreadable('a code is not in its dictionary');
      const from = words[entries + 2 * string] as number;
      lists.addString(bytes, from, from + (words[entries + 2 * string + 1] as number));
      value++;
    }
  }
}

function entriesOf(scratch: Scratch, bytes: Uint8Array, starts: readonly number[]): EntryList {
  const at = scratch.copyIn(bytes);
  const count = starts.length - 1;
  const pairs = new Uint32Array(2 * count);
  for (let entry = 0; entry < count; entry++) {
    const from = starts[entry] as number;
    pairs[2 * entry] = at + from;
    pairs[2 * entry + 1] = (starts[entry + 1] as number) - from;
  }
  return { at: scratch.copyIn(new Uint8Array(pairs.buffer)), count, bytes: bytes.length };
}
