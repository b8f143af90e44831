import type { PartColumn } from '@hourmill/core';
import { arrowRows } from './arrow-rows.ts';
import { arrowTable } from './arrow-table.ts';
import type { Codec, PartFormat, PartReader, PartWriter } from './part-format.ts';

/** A test holds it to package.json. */
export const PARQUET_LIBRARY = 'parquet-wasm 0.8.0';

/** Parts as Parquet files, written and read by parquet-wasm. */
export const parquetParts: PartFormat = { library: PARQUET_LIBRARY, createWriter, createReader };

/**
 * Loads apache-arrow and parquet-wasm, which cost 100 ms and more, when the first part is to be written.
 *
 * The types are plain ones that every reader knows: TIMESTAMP(MILLIS, UTC), STRING, INT64, DOUBLE, and the standard
 * three-level LIST. A part is one row group. Writing blocks the event loop for the whole part.
 */
async function createWriter(columns: readonly PartColumn[], codec: Codec): Promise<PartWriter> {
  const [arrow, parquet] = await Promise.all([import('apache-arrow'), import('parquet-wasm')]);
  const compressions = {
    zstd: parquet.Compression.ZSTD,
    snappy: parquet.Compression.SNAPPY,
    gzip: parquet.Compression.GZIP,
    none: parquet.Compression.UNCOMPRESSED,
  };
  return (rows) => {
    const stream = arrow.tableToIPC(arrowTable(arrow, columns, rows), 'stream');
    const properties = new parquet.WriterPropertiesBuilder()
      .setCompression(compressions[codec])
      .setMaxRowGroupSize(rows.length)
      .build();
    // Both arguments are consumed: their WebAssembly memory is free again afterwards.
    return parquet.writeParquet(parquet.Table.fromIPCStream(stream), properties);
  };
}

async function createReader(columns: readonly PartColumn[]): Promise<PartReader> {
  const [arrow, parquet] = await Promise.all([import('apache-arrow'), import('parquet-wasm')]);
  return (bytes) => arrowRows(columns, arrow.tableFromIPC(parquet.readParquet(bytes).intoIPCStream()));
}
