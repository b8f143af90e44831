import type { Kernel } from '@hourmill/kernel';
import type { Scratch } from '../kernel/scratch.ts';
import { decompress } from './decompress.ts';
import type { ColumnChunk } from './footer.ts';
import { ThriftStruct } from './thrift-struct.ts';
import { unreadable } from './unreadable.ts';

// Numbers of enums in parquet.thrift.
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE_DICTIONARY = 8;

/** Where a page lies in the kernel's memory, and how far it was read. */
interface PageBytes {
  at: number;
  readonly end: number;
}

/** The values of a column that its data pages name by codes: PLAIN, in [at, end). */
interface DictionaryPage {
  readonly kind: 'dictionary';
  readonly entries: number;
  readonly at: number;
  readonly end: number;
}

/** Addresses are of the kernel, and 0 for what is not there. */
export interface DataPage {
  readonly kind: 'data';
  /** How many levels: nulls and empty lists included. */
  readonly count: number;
  /** u32[count]. Of lists only: 0 where a row begins. */
  readonly repetition: number;
  /** u32[count]. Not there when each is the highest one: there are values only. */
  readonly definition: number;
  /** How many values there are. */
  readonly values: number;
  /** u32[values]. Not there when the values themselves are, PLAIN, in [at, end). */
  readonly codes: number;
  readonly at: number;
  readonly end: number;
}

/** The highest levels of a column. */
interface Levels {
  readonly definition: 0 | 1 | 3;
  readonly repetition: 0 | 1;
}

/**
 * The pages of a column of a row group, in order, as long as the scratch space lives. Data pages are of the first version.
 * @throws HM_LEDGER_004 for what this does not know, and errors of any kind for damaged bytes
 */
export function* readPages(
  kernel: Kernel,
  scratch: Scratch,
  file: Uint8Array,
  chunk: ColumnChunk,
  levels: Levels,
): Generator<DictionaryPage | DataPage> {
  const chunkBytes = file.subarray(0, chunk.to);
  for (let at = chunk.from; at < chunk.to; ) {
    const { struct: header, end } = ThriftStruct.read(chunkBytes, at);
    at = end + header.number(3);
    if (at < end || at > chunk.to) unreadable('a page does not lie within its column');
    const bytes = header.number(2);
    const from = decompress(kernel, scratch, chunk.codec, file.subarray(end, at), bytes);
    const page = { at: from, end: from + bytes };
    const type = header.number(1);
    if (type === DICTIONARY_PAGE) yield { kind: 'dictionary', entries: header.struct(7).number(1), ...page };
    else if (type === DATA_PAGE) yield dataPage(kernel, scratch, header.struct(5), page, levels);
    else unreadable(`it has pages of type ${type}`);
  }
}

/** A `DataPageHeader` and what belongs to it. */
function dataPage(kernel: Kernel, scratch: Scratch, header: ThriftStruct, page: PageBytes, levels: Levels): DataPage {
  const count = header.number(1);
  const repetition = levels.repetition === 0 ? 0 : readLevels(kernel, scratch, page, 1, count);
  const width = levels.definition === 3 ? 2 : 1;
  const definition = levels.definition === 0 ? 0 : readLevels(kernel, scratch, page, width, count);
  const values = definition === 0 ? count : kernel.exports.countLevels(definition, count, levels.definition);
  const codes = readCodes(kernel, scratch, header.number(2), page, values);
  return { kind: 'data', count, repetition, definition: values < count ? definition : 0, values, codes, ...page };
}

/** With their length, u32, before them. */
function readLevels(kernel: Kernel, scratch: Scratch, page: PageBytes, width: number, count: number): number {
  const from = skip(page, 4);
  const bytes = kernel.view.getUint32(from, true);
  const end = skip(page, bytes) + bytes;
  return unpack(kernel, scratch, from + 4, end, width, count);
}

function readCodes(kernel: Kernel, scratch: Scratch, encoding: number, page: PageBytes, values: number): number {
  if (encoding === PLAIN) return 0;
  if (encoding !== RLE_DICTIONARY && encoding !== PLAIN_DICTIONARY) unreadable(`its values have encoding ${encoding}`);
  const width = values === 0 ? 0 : (kernel.bytes[skip(page, 1)] as number);
  return unpack(kernel, scratch, page.at, page.end, width, values);
}

/** RLE / bit-packed hybrid. */
function unpack(kernel: Kernel, scratch: Scratch, at: number, end: number, width: number, count: number): number {
  const out = scratch.allocate(4 * count);
  if (kernel.exports.unpackHybrid(at, end, width, count, out) === 0)
    unreadable('codes or levels of a page are damaged');
  return out;
}

/** Where the next bytes are; the page goes on behind them. */
function skip(page: PageBytes, bytes: number): number {
  const from = page.at;
  page.at += bytes;
  return page.at > page.end ? unreadable('a page ends too early') : from;
}
