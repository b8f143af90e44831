import type { Statistics } from './format/bounds.ts';
import type { DataEncoding } from './format/page-header.ts';
import type { Codec } from './pages/compression.ts';

/** A column of a row group: its pages stand behind one another, the dictionary page first. Offsets are from the row group's start. */
export interface EncodedColumn {
  /** Nulls included; of a list its elements, and one for a list that is null or empty. */
  readonly values: number;
  readonly dataEncoding: DataEncoding;
  readonly dataPages: number;
  readonly dictionaryPageOffset: number | null;
  readonly dataPageOffset: number;
  /** Page headers included, as the format wants it. */
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly statistics: Statistics;
}

/** A row group without its place in a file. Plain data: it can be posted to another thread, and `bytes.buffer` transferred. */
export interface EncodedRowGroup {
  readonly rows: number;
  readonly codec: Codec;
  /** The one view of a buffer that may be longer: transfer the buffer, as a clone would copy all of it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In the order of the columns. */
  readonly columns: readonly EncodedColumn[];
}
