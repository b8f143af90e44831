import type { Kernel } from '@hourmill/kernel';
import type { ColumnChunk } from '../parquet/footer.ts';
import { type DataPage, readPages } from '../parquet/pages.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { RankedColumn } from './columns.ts';
import { Entries } from './entries.ts';
import { rankEntries } from './rank-entries.ts';
import { addStrings } from './read-dimension.ts';

// Definition levels of a list of strings.
const NULL_LIST = 0;
const EMPTY_LIST = 1;
const NULL_STRING = 2;

/** Reads a multi-value dimension. Each list is an entry, as record's `orderedList` says. @throws as {@link readPages} */
export function readLists(kernel: Kernel, file: Uint8Array, chunk: ColumnChunk, rows: number): RankedColumn {
  const strings = new Entries();
  const lists = new Lists(rows);
  for (const page of readPages(file, chunk, { definition: 3, repetition: 1 })) {
    if (page.kind === 'dictionary') addStrings(strings, page.body, page.entries);
    else addPage(lists, strings, page);
  }
  return rankEntries(kernel, lists.entries, lists.end());
}

function addPage(lists: Lists, strings: Entries, { count, repetition, definition, ...page }: DataPage): void {
  const first = page.codes === null ? strings.count : 0;
  if (page.codes === null) addStrings(strings, page.body, page.values);
  let value = 0;
  for (let level = 0; level < count; level++) {
    if (repetition?.[level] !== 1) lists.begin();
    const kind = definition?.[level];
    if (kind === NULL_LIST) lists.setNull();
    else if (kind === NULL_STRING) lists.addNull();
    else if (kind !== EMPTY_LIST) {
      const string = first + (page.codes?.[value] ?? value);
      if (string >= strings.count) unreadable('a code is not in its dictionary');
      lists.addString(strings.bytes, strings.starts[string] as number, strings.starts[string + 1] as number);
      value++;
    }
  }
}

/** Puts lists together, element by element. */
class Lists {
  readonly entries = new Entries();
  readonly #codes: Uint32Array;
  #row = -1;
  #isNull = false;
  #list = new Uint8Array(256);
  #length = 0;

  constructor(rows: number) {
    this.#codes = new Uint32Array(rows);
  }

  /** The next row's list, empty so far. */
  begin(): void {
    this.#finishRow();
    this.#row += 1;
    if (this.#row >= this.#codes.length) unreadable(`a column has more than ${this.#codes.length} rows`);
    this.#isNull = false;
    this.#length = 0;
  }

  setNull(): void {
    this.#isNull = true;
  }

  addNull(): void {
    this.#room(1);
    this.#list[this.#length++] = 1;
  }

  addString(bytes: Uint8Array, from: number, to: number): void {
    this.#room(2 * (to - from) + 3);
    const list = this.#list;
    let out = this.#length;
    list[out++] = 2;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      list[out++] = byte;
      if (byte === 0) list[out++] = 0xff;
    }
    list[out++] = 0;
    list[out++] = 0;
    this.#length = out;
  }

  /** Codes of all rows, as {@link rankEntries} takes them. */
  end(): Uint32Array {
    this.#finishRow();
    if (this.#row + 1 !== this.#codes.length)
      unreadable(`a column has ${this.#row + 1} rows, not ${this.#codes.length}`);
    return this.#codes;
  }

  #finishRow(): void {
    if (this.#row >= 0 && !this.#isNull) this.#codes[this.#row] = 1 + this.entries.add(this.#list, 0, this.#length);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#list.length) return;
    const list = new Uint8Array(2 * (this.#length + bytes));
    list.set(this.#list);
    this.#list = list;
  }
}
