import type { PartColumn } from '@hourmill/core';
import type { EncodedColumn, EncodedRowGroup } from '../encoded-row-group.ts';
import { CODEC, ENCODING, PAGE_TYPE } from './constants.ts';
import { leafPath, physicalType, schemaElements, writeSchemaElement } from './schema.ts';
import { ThriftWriter } from './thrift-writer.ts';

/** The version of the format that is claimed: 1, as no encoding and no page of the second one is used. */
const FORMAT_VERSION = 1;

export interface PlacedRowGroup {
  readonly rowGroup: EncodedRowGroup;
  /** Where its bytes begin in the file. */
  readonly offset: number;
}

export interface Footer {
  readonly columns: readonly PartColumn[];
  readonly rowGroups: readonly PlacedRowGroup[];
  readonly keyValueMetadata: Readonly<Record<string, string>>;
  readonly createdBy: string;
}

/** `FileMetaData` of parquet.thrift. */
export function encodeFooter({ columns, rowGroups, keyValueMetadata, createdBy }: Footer): Uint8Array {
  const metadata = Object.entries(keyValueMetadata);
  return ThriftWriter.encode((thrift) => {
    thrift.i32(1, FORMAT_VERSION);
    thrift.structs(2, schemaElements(columns), (element) => writeSchemaElement(thrift, element));
    thrift.i64(
      3,
      rowGroups.reduce((rows, { rowGroup }) => rows + rowGroup.rows, 0),
    );
    thrift.structs(4, rowGroups, (placed, index) => writeRowGroup(thrift, columns, placed, index));
    if (metadata.length > 0) {
      thrift.structs(5, metadata, ([key, value]) => {
        thrift.string(1, key);
        thrift.string(2, value);
      });
    }
    thrift.string(6, createdBy);
    // Statistics are ordered as the types say: signed integers, doubles, strings by unsigned bytes.
    thrift.structs(7, columns, () => thrift.emptyStruct(1));
  });
}

function writeRowGroup(
  thrift: ThriftWriter,
  columns: readonly PartColumn[],
  { rowGroup, offset }: PlacedRowGroup,
  ordinal: number,
): void {
  const chunks = columns.flatMap((column, index) => {
    const chunk = rowGroup.columns[index];
    return chunk === undefined ? [] : [{ column, chunk }];
  });
  thrift.structs(1, chunks, ({ column, chunk }) => {
    // The file offset of a separate copy of this metadata: there is none.
    thrift.i64(2, 0);
    thrift.struct(3, () => writeColumnMetadata(thrift, column, chunk, rowGroup.codec, offset));
  });
  thrift.i64(
    2,
    chunks.reduce((bytes, { chunk }) => bytes + chunk.uncompressedBytes, 0),
  );
  thrift.i64(3, rowGroup.rows);
  thrift.i64(5, offset);
  thrift.i64(6, rowGroup.bytes.length);
  if (ordinal < 32768) thrift.i16(7, ordinal);
}

function writeColumnMetadata(
  thrift: ThriftWriter,
  column: PartColumn,
  chunk: EncodedColumn,
  codec: keyof typeof CODEC,
  offset: number,
): void {
  const { dictionaryPageOffset, statistics } = chunk;
  const encodings = dictionaryPageOffset === null ? [] : [ENCODING.RLE_DICTIONARY];
  thrift.i32(1, physicalType(column));
  thrift.i32s(2, [ENCODING.PLAIN, ENCODING.RLE, ...encodings]);
  thrift.strings(3, leafPath(column));
  thrift.i32(4, CODEC[codec]);
  thrift.i64(5, chunk.values);
  thrift.i64(6, chunk.uncompressedBytes);
  thrift.i64(7, chunk.compressedBytes);
  thrift.i64(9, offset + chunk.dataPageOffset);
  if (dictionaryPageOffset !== null) thrift.i64(11, offset + dictionaryPageOffset);
  thrift.struct(12, () => {
    const { nulls, least, greatest } = statistics;
    thrift.i64(3, nulls);
    if (greatest !== null) thrift.binary(5, greatest.bytes);
    if (least !== null) thrift.binary(6, least.bytes);
    if (greatest !== null) thrift.boolean(7, greatest.exact);
    if (least !== null) thrift.boolean(8, least.exact);
  });
  const pages = [
    { type: PAGE_TYPE.DATA_PAGE, encoding: ENCODING[chunk.dataEncoding], count: chunk.dataPages },
    ...(dictionaryPageOffset === null ? [] : [{ type: PAGE_TYPE.DICTIONARY_PAGE, encoding: ENCODING.PLAIN, count: 1 }]),
  ];
  thrift.structs(13, pages, ({ type, encoding, count }) => {
    thrift.i32(1, type);
    thrift.i32(2, encoding);
    thrift.i32(3, count);
  });
}
