import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Kernel } from '@hourmill/kernel';
import type { GrowingBlock } from './scratch.ts';

export type Codec = 'zstd' | 'snappy' | 'gzip' | 'none';

/** As in the definition. The level counts for zstd and gzip only. */
export interface Compression {
  readonly codec: Codec;
  readonly level: number;
}

/** Compresses bytes of the kernel's memory. The answer may be a view of it, valid until the next call. */
export type Compressor = (from: number, length: number) => Uint8Array;

/**
 * The same bytes and level give the same result on every call: each page has a compressor of its own, as one that goes on from
 * page to page may remember the one before.
 */
export function createCompressor(kernel: Kernel, { codec, level }: Compression, scratch: GrowingBlock): Compressor {
  const { compressSnappy, snappyBytes, snappyTableBytes } = kernel.exports;
  const bytesAt = (from: number, length: number) => kernel.bytes.subarray(from, from + length);
  switch (codec) {
    case 'zstd': {
      const params = { [constants.ZSTD_c_compressionLevel]: level };
      return (from, length) => zstdCompressSync(bytesAt(from, length), { params });
    }
    case 'gzip':
      return (from, length) => gzipSync(bytesAt(from, length), { level });
    case 'snappy':
      return (from, length) => {
        const table = scratch.ofSize(snappyTableBytes() + snappyBytes(length));
        const out = table + snappyTableBytes();
        return bytesAt(out, (compressSnappy(from, length, out, table) >>> 0) - out);
      };
    case 'none':
      return bytesAt;
  }
}
