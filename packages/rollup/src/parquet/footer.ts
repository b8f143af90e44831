import type { PartColumn } from '@hourmill/core';
import { checkSchema } from './check-schema.ts';
import { ThriftStruct } from './thrift-struct.ts';
import { unreadable } from './unreadable.ts';

/** Numbers of `CompressionCodec` in parquet.thrift. */
export const CODEC = { none: 0, snappy: 1, gzip: 2, zstd: 6 } as const;

/** Where the pages of a column of a row group lie in the file, the dictionary page first. */
export interface ColumnChunk {
  readonly codec: number;
  readonly from: number;
  readonly to: number;
}

export interface RowGroupPlace {
  readonly rows: number;
  /** After decompression, with the pages' headers. */
  readonly bytes: number;
  /** In the order of the part's columns. */
  readonly chunks: readonly ColumnChunk[];
}

export interface Footer {
  readonly rowGroups: readonly RowGroupPlace[];
  /** `key_value_metadata` */
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

const MAGIC = 'PAR1';
/** The footer's length and the magic bytes. */
const TRAILER_BYTES = 8;

/**
 * `FileMetaData` of a part (parquet.thrift), as far as reading its rows needs it.
 * @throws HM_LEDGER_004 when its columns are not these; errors of any kind for what is no Parquet file
 */
export function readFooter(file: Uint8Array, columns: readonly PartColumn[]): Footer {
  const end = file.length - TRAILER_BYTES;
  if (end < MAGIC.length || text(file, end + 4) !== MAGIC || text(file, 0) !== MAGIC)
    unreadable('it is no Parquet file');
  const from = end - new DataView(file.buffer, file.byteOffset).getUint32(end, true);
  if (from < MAGIC.length) unreadable('its footer is longer than the file');
  const { struct } = ThriftStruct.read(file.subarray(0, end), from);
  checkSchema(struct.structs(2), columns);
  return {
    rowGroups: struct.structs(4).map((rowGroup) => placeOf(rowGroup, columns.length, from)),
    metadata: struct.structs(5).map((pair) => [pair.text(1), pair.text(2)]),
  };
}

function text(file: Uint8Array, at: number): string {
  return Buffer.from(file.subarray(at, at + MAGIC.length)).toString('latin1');
}

/** A `RowGroup`. Its pages lie before the footer. */
function placeOf(rowGroup: ThriftStruct, columns: number, footer: number): RowGroupPlace {
  const chunks = rowGroup.structs(1).map((chunk) => {
    const metadata = chunk.struct(3);
    const from = metadata.numberOrNull(11) ?? metadata.number(9);
    const to = from + metadata.number(7);
    if (from < MAGIC.length || to > footer || to < from) unreadable('a column does not lie within the file');
    return { codec: metadata.number(4), from, to };
  });
  if (chunks.length !== columns) unreadable('a row group lacks columns');
  return { rows: rowGroup.number(3), bytes: rowGroup.number(2), chunks };
}
