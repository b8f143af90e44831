import type { PartColumn } from '@hourmill/core';
import type { Row } from '@hourmill/record';
import { jsonParts } from './json-parts.ts';
import { parquetParts } from './parquet-parts.ts';

export type Codec = 'zstd' | 'snappy' | 'gzip' | 'none';

/** Turns sorted rows into the bytes of one part. The same rows give the same bytes. */
export type PartWriter = (rows: readonly Row[]) => Uint8Array;

/** Turns the bytes of one part into its rows. Throws anything when they are no part. */
export type PartReader = (bytes: Uint8Array) => Row[];

/** How parts are stored. */
export interface PartFormat {
  /** Library and version that the bytes depend on. */
  readonly library: string;
  createWriter(columns: readonly PartColumn[], codec: Codec): Promise<PartWriter>;
  createReader(columns: readonly PartColumn[]): Promise<PartReader>;
}

export type PartFormatName = 'parquet' | 'json';

export function partFormat(name: PartFormatName = 'parquet'): PartFormat {
  return name === 'json' ? jsonParts : parquetParts;
}
