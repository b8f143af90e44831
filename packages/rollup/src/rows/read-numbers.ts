import type { ColumnChunk } from '../parquet/footer.ts';
import { type PageBytes, skip } from '../parquet/hybrid.ts';
import { type DataPage, readPages } from '../parquet/pages.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { NumberColumn } from './columns.ts';

/** Reads a column of INT64 or DOUBLE. @throws as {@link readPages} */
export function readNumbers(file: Uint8Array, chunk: ColumnChunk, rows: number, definition: 0 | 1): NumberColumn {
  const words = new Uint32Array(2 * rows);
  let valid: Uint8Array | null = null;
  let dictionary = new Uint32Array(0);
  let row = 0;
  for (const page of readPages(file, chunk, { definition, repetition: 0 })) {
    if (page.kind === 'dictionary') {
      dictionary = readWords(page.body, page.entries);
      continue;
    }
    const to = row + page.count;
    if (to > rows) unreadable(`a column has more than ${rows} rows`);
    const values = page.codes === null ? readWords(page.body, page.values) : decode(page.codes, dictionary);
    if (page.definition === null) {
      words.set(values, 2 * row);
    } else {
      valid ??= new Uint8Array(rows).fill(1);
      spread(page.definition, values, words.subarray(2 * row), valid.subarray(row));
    }
    row = to;
  }
  if (row < rows) unreadable(`a column has ${row} rows, not ${rows}`);
  return { words, valid };
}

/** Times as milliseconds since the epoch. @throws as {@link readPages}, HM_LEDGER_004 for times that no hour has */
export function readTimes(file: Uint8Array, chunk: ColumnChunk, rows: number): Float64Array {
  const { words } = readNumbers(file, chunk, rows, 0);
  const times = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const high = (words[2 * row + 1] as number) | 0;
    times[row] = high * 2 ** 32 + (words[2 * row] as number);
  }
  return times;
}

/** PLAIN values, copied. */
export function readWords(body: PageBytes, values: number): Uint32Array<ArrayBuffer> {
  const from = skip(body, 8 * values);
  const { buffer, byteOffset } = body.view;
  return new Uint32Array(buffer.slice(byteOffset + from, byteOffset + body.at) as ArrayBuffer);
}

function decode(codes: NonNullable<DataPage['codes']>, dictionary: Uint32Array): Uint32Array {
  const values = new Uint32Array(2 * codes.length);
  const entries = dictionary.length / 2;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] as number;
    if (code >= entries) unreadable('a code is not in its dictionary');
    values[2 * index] = dictionary[2 * code] as number;
    values[2 * index + 1] = dictionary[2 * code + 1] as number;
  }
  return values;
}

/** Puts values where a row has one. */
function spread(definition: Uint32Array, values: Uint32Array, words: Uint32Array, valid: Uint8Array): void {
  let value = 0;
  for (let row = 0; row < definition.length; row++) {
    if (definition[row] === 0) {
      valid[row] = 0;
      continue;
    }
    words[2 * row] = values[value] as number;
    words[2 * row + 1] = values[value + 1] as number;
    value += 2;
  }
}
