import { ENCODING, PAGE_TYPE } from './constants.ts';
import { ThriftWriter } from './thrift-writer.ts';

/** How the values of a column's data pages are stored. A dictionary page itself is always PLAIN. */
export type DataEncoding = 'PLAIN' | 'RLE_DICTIONARY';

export interface PageHeader {
  /** Null: this is the dictionary page. */
  readonly encoding: DataEncoding | null;
  /** Entries of the dictionary; or values of a data page, nulls and empty lists included. */
  readonly values: number;
  /** Bytes before and after compression, without the header. */
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
}

/** `PageHeader` of parquet.thrift; data pages are of the first version, which every reader knows. */
export function encodePageHeader({ encoding, values, uncompressedBytes, compressedBytes }: PageHeader): Uint8Array {
  return ThriftWriter.encode((thrift) => {
    thrift.i32(1, encoding === null ? PAGE_TYPE.DICTIONARY_PAGE : PAGE_TYPE.DATA_PAGE);
    thrift.i32(2, uncompressedBytes);
    thrift.i32(3, compressedBytes);
    if (encoding === null) {
      thrift.struct(7, () => {
        thrift.i32(1, values);
        thrift.i32(2, ENCODING.PLAIN);
      });
    } else {
      thrift.struct(5, () => {
        thrift.i32(1, values);
        thrift.i32(2, ENCODING[encoding]);
        thrift.i32(3, ENCODING.RLE);
        thrift.i32(4, ENCODING.RLE);
      });
    }
  });
}
