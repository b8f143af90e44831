import type { Kernel } from '@hourmill/kernel';
import type { ColumnChunk } from '../parquet/footer.ts';
import { type PageBytes, skip } from '../parquet/hybrid.ts';
import { readPages } from '../parquet/pages.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { RankedColumn } from './columns.ts';
import { Entries } from './entries.ts';
import { rankEntries } from './rank-entries.ts';
import { readWords } from './read-numbers.ts';

export type SingleType = 'string' | 'long' | 'double';

/** Reads a dimension of single values. @throws as {@link readPages} */
export function readDimension(
  kernel: Kernel,
  file: Uint8Array,
  chunk: ColumnChunk,
  rows: number,
  type: SingleType,
): RankedColumn {
  const codes = new Uint32Array(rows);
  const entries = new Entries();
  let row = 0;
  for (const page of readPages(file, chunk, { definition: 1, repetition: 0 })) {
    if (page.kind === 'dictionary') {
      addPlain(entries, type, page.body, page.entries);
      continue;
    }
    if (row + page.count > rows) unreadable(`a column has more than ${rows} rows`);
    // Values of a page without codes are entries of their own.
    const first = page.codes === null ? entries.count + 1 : 1;
    if (page.codes === null) addPlain(entries, type, page.body, page.values);
    const out = codes.subarray(row, row + page.count);
    placeCodes(page.definition, page.codes, first, entries.count, out);
    row += page.count;
  }
  if (row < rows) unreadable(`a column has ${row} rows, not ${rows}`);
  return rankEntries(kernel, entries, codes);
}

/** Writes `first` + code where a row has a value. Without codes the values are numbered. */
function placeCodes(
  definition: Uint32Array | null,
  codes: Uint32Array | null,
  first: number,
  most: number,
  out: Uint32Array,
): void {
  let value = 0;
  for (let row = 0; row < out.length; row++) {
    if (definition !== null && definition[row] === 0) continue;
    const code = first + (codes === null ? value : (codes[value] as number));
    if (code > most) unreadable('a code is not in its dictionary');
    out[row] = code;
    value++;
  }
}

/** PLAIN values of the type. */
function addPlain(entries: Entries, type: SingleType, body: PageBytes, count: number): void {
  if (type === 'string') addStrings(entries, body, count);
  else addNumbers(entries, readWords(body, count), type === 'double');
}

/** Strings with their length, u32, before them. */
export function addStrings(entries: Entries, body: PageBytes, count: number): void {
  const { view } = body;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let entry = 0; entry < count; entry++) {
    const length = view.getUint32(skip(body, 4), true);
    const from = skip(body, length);
    entries.add(bytes, from, from + length);
  }
}

/** See record's `ordered-bytes.ts`: the sign bit is turned, or all bits of a negative double. */
function addNumbers(entries: Entries, words: Uint32Array, doubles: boolean): void {
  for (let at = 0; at < words.length; at += 2) {
    const low = words[at] as number;
    const high = words[at + 1] as number;
    if (doubles && high >>> 31 === 1) entries.addWords(~high >>> 0, ~low >>> 0);
    else entries.addWords((high ^ 0x80000000) >>> 0, low);
  }
}
