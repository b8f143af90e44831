import { HOURMILL_VERSION } from '@hourmill/core';

/** Rows of a Parquet row group, but for the last of an hour. Shapes the bytes of the parts. */
export const ROW_GROUP_ROWS = 65_536;
/** A part ends with the row group that reaches so many rows or bytes. Shapes the bytes of the parts. */
export const PART_ROWS = 16 * ROW_GROUP_ROWS;
export const PART_BYTES = 64 * 1024 * 1024;

/** Who wrote a part, in the form that parquet-mr parses. */
export const CREATED_BY = `hourmill version ${HOURMILL_VERSION} (build ${HOURMILL_VERSION})`;

/** Which software the bytes of parts depend on, for the manifest: byte-identical reruns hold for the same only. */
export function partLibrary(): string {
  return `hourmill ${HOURMILL_VERSION}, zstd ${process.versions.zstd}, zlib ${process.versions.zlib}`;
}
