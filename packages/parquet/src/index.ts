export type { ColumnInput, DictionaryColumn, PlainColumn, TimeColumn } from './column-input.ts';
export { encodeRowGroup } from './encode-row-group.ts';
export type { EncodedColumn, EncodedRowGroup } from './encoded-row-group.ts';
export type { Bound, Statistics } from './format/bounds.ts';
export type { DataEncoding } from './format/page-header.ts';
export type { Codec, Compression } from './pages/compression.ts';
export { PartAssembler } from './part-assembler.ts';
export { CREATED_BY, PART_BYTES, PART_ROWS, partLibrary, ROW_GROUP_ROWS } from './part-format.ts';
