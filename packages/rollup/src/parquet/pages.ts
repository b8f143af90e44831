import { decompress } from './decompress.ts';
import type { ColumnChunk } from './footer.ts';
import { type PageBytes, pageBytes, readHybrid, skip } from './hybrid.ts';
import { ThriftStruct } from './thrift-struct.ts';
import { unreadable } from './unreadable.ts';

// Numbers of enums in parquet.thrift.
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE_DICTIONARY = 8;

/** The values of a column that its data pages name by codes, as PLAIN values. */
interface DictionaryPage {
  readonly kind: 'dictionary';
  readonly entries: number;
  readonly body: PageBytes;
}

export interface DataPage {
  readonly kind: 'data';
  /** How many levels: nulls and empty lists included. */
  readonly count: number;
  /** Of lists only: 0 where a row begins. */
  readonly repetition: Uint32Array | null;
  /** Null: each is the highest one, there are values only. */
  readonly definition: Uint32Array | null;
  /** How many values there are. */
  readonly values: number;
  /** Of each value; null: the values themselves are in `body`, PLAIN. */
  readonly codes: Uint32Array | null;
  readonly body: PageBytes;
}

/** The highest levels of a column. */
export interface Levels {
  readonly definition: 0 | 1 | 3;
  readonly repetition: 0 | 1;
}

/**
 * The pages of a column of a row group, in order. Data pages are of the first version.
 * @throws HM_LEDGER_004 for what this does not know, and errors of any kind for damaged bytes
 */
export function* readPages(file: Uint8Array, chunk: ColumnChunk, levels: Levels): Generator<DictionaryPage | DataPage> {
  const chunkBytes = file.subarray(0, chunk.to);
  for (let at = chunk.from; at < chunk.to; ) {
    const { struct: header, end } = ThriftStruct.read(chunkBytes, at);
    at = end + header.number(3);
    if (at < end || at > chunk.to) unreadable('a page does not lie within its column');
    const body = pageBytes(decompress(chunk.codec, file.subarray(end, at), header.number(2)));
    const type = header.number(1);
    if (type === DICTIONARY_PAGE) yield { kind: 'dictionary', entries: header.struct(7).number(1), body };
    else if (type === DATA_PAGE) yield dataPage(header.struct(5), body, levels);
    else unreadable(`it has pages of type ${type}`);
  }
}

/** A `DataPageHeader` and what belongs to it. */
function dataPage(header: ThriftStruct, body: PageBytes, levels: Levels): DataPage {
  const count = header.number(1);
  const repetition = levels.repetition === 0 ? null : readLevels(body, 1, count);
  const width = levels.definition === 3 ? 2 : 1;
  const definition = levels.definition === 0 ? null : readLevels(body, width, count);
  const values = definition === null ? count : countEqual(definition, levels.definition);
  const nullable = values < count;
  const codes = codesOf(header.number(2), body, values);
  return { kind: 'data', count, repetition, definition: nullable ? definition : null, values, codes, body };
}

/** With their length, u32, before them. */
function readLevels(body: PageBytes, width: number, count: number): Uint32Array {
  const bytes = body.view.getUint32(skip(body, 4), true);
  const from = skip(body, bytes);
  const levels = new Uint32Array(count);
  readHybrid({ view: body.view, at: from, end: from + bytes }, width, count, levels);
  return levels;
}

function countEqual(levels: Uint32Array, level: number): number {
  let equal = 0;
  for (let index = 0; index < levels.length; index++) equal += Number(levels[index] === level);
  return equal;
}

function codesOf(encoding: number, body: PageBytes, values: number): Uint32Array | null {
  if (encoding === PLAIN) return null;
  if (encoding !== RLE_DICTIONARY && encoding !== PLAIN_DICTIONARY) unreadable(`its values have encoding ${encoding}`);
  const codes = new Uint32Array(values);
  if (values > 0) readHybrid(body, body.view.getUint8(skip(body, 1)), values, codes);
  return codes;
}
