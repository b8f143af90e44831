import { promisify } from 'node:util';
import { constants, crc32, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { invariant } from '@hourmill/core';
import { checkMagic, damaged } from '../damaged.ts';
import { viewOf } from '../fingerprints/key-bytes.ts';

/** docs/formats/sidecars.md describes the file field by field. */
const SUMS_MAGIC = 'HMSUMS01';
const HEADER_BYTES = 24;
const ZSTD_OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const LENGTH_BYTES = 2;

/** The exact sums of one metric, row by row: how many bytes each takes, and these bytes one after another. See {@link encodeSum}. */
export interface AccumulatorColumn {
  readonly lengths: Uint16Array;
  readonly values: Uint8Array;
}

/** The file of a part. @param columns of the `doubleSum` metrics in the definition's order, at least one, all with as many rows as the part */
export function encodeAccumulators(columns: readonly AccumulatorColumn[]): Uint8Array {
  const { header, body } = uncompressed(columns);
  return Buffer.concat([header, zstdCompressSync(body, ZSTD_OPTIONS)]);
}

/** The same bytes as {@link encodeAccumulators} gives, without a thread that waits while they are compressed. */
export async function encodeAccumulatorsAside(columns: readonly AccumulatorColumn[]): Promise<Uint8Array> {
  const { header, body } = uncompressed(columns);
  const options = { ...ZSTD_OPTIONS, pledgedSrcSize: body.length };
  return Buffer.concat([header, await promisify(zstdCompress)(body, options)]);
}

function uncompressed(columns: readonly AccumulatorColumn[]): { header: Buffer; body: Buffer } {
  const rows = columns[0]?.lengths.length ?? 0;
  invariant(
    columns.every(({ lengths }) => lengths.length === rows),
    'all columns of accumulators have the rows of their part',
  );
  const body = Buffer.concat([...columns.map(lengthBytes), ...columns.map(({ values }) => values)]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(SUMS_MAGIC, 'latin1');
  [rows, columns.length, body.length, crc32(body)].forEach((value, index) => {
    header.writeUInt32LE(value, 8 + index * 4);
  });
  return { header, body };
}

/** @throws HM_LEDGER_004 when the file is damaged, HM_LEDGER_005 for a newer format */
export function decodeAccumulators(bytes: Uint8Array, path: string): AccumulatorColumn[] {
  checkMagic(bytes, SUMS_MAGIC, path);
  if (bytes.length < HEADER_BYTES) throw damaged(path, 'it ends inside its header');
  const [rows = 0, columns = 0, bodyBytes = 0, checksum = 0] = [0, 1, 2, 3].map((index) =>
    viewOf(bytes).getUint32(8 + index * 4, true),
  );
  if (rows * columns * LENGTH_BYTES > bodyBytes) throw damaged(path, `it claims ${rows} rows of ${columns} columns`);
  const body = decompressed(bytes.subarray(HEADER_BYTES), bodyBytes, path);
  if (crc32(body) !== checksum) throw damaged(path, 'its checksum differs');
  return splitBody(body, rows, columns, path);
}

function decompressed(compressed: Uint8Array, bodyBytes: number, path: string): Uint8Array {
  let body: Uint8Array;
  try {
    // Of an empty body too there is something to say: zlib allows no limit of 0.
    body = zstdDecompressSync(compressed, { maxOutputLength: Math.max(1, bodyBytes) });
  } catch (cause) {
    throw damaged(path, `zstd says: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  if (body.length !== bodyBytes) throw damaged(path, `its body has ${body.length} bytes, and not ${bodyBytes}`);
  return body;
}

function splitBody(body: Uint8Array, rows: number, columns: number, path: string): AccumulatorColumn[] {
  let at = rows * columns * LENGTH_BYTES;
  const split = Array.from({ length: columns }, (_, column) => {
    const start = column * rows * LENGTH_BYTES;
    const lengths = lengthsOf(body.subarray(start, start + rows * LENGTH_BYTES));
    const size = totalOf(lengths);
    const values = body.subarray(at, at + size);
    at += size;
    return { lengths, values };
  });
  if (at !== body.length) throw damaged(path, 'its lengths do not fill its body');
  return split;
}

// Typed arrays have the byte order of the machine: that of the file, on every one that Node.js runs on.

function lengthBytes({ lengths }: AccumulatorColumn): Uint8Array {
  return new Uint8Array(lengths.buffer, lengths.byteOffset, lengths.byteLength);
}

function lengthsOf(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(new Uint8Array(bytes).buffer);
}

function totalOf(lengths: Uint16Array): number {
  let total = 0;
  // By index: an iterator costs ten times as much before it is compiled, and a merge adds up a few columns only.
  for (let row = 0; row < lengths.length; row++) total += lengths[row] ?? 0;
  return total;
}
