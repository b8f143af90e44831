import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Kernel } from '@hourmill/kernel';
import type { Scratch } from '../kernel/scratch.ts';
import { CODEC } from './footer.ts';
import { unreadable } from './unreadable.ts';

/**
 * Puts a page of so many bytes into the kernel's memory. @returns its address
 * @throws HM_LEDGER_004 for another codec or length, and errors of any kind for damaged bytes
 */
export function decompress(
  kernel: Kernel,
  scratch: Scratch,
  codec: number,
  compressed: Uint8Array,
  bytes: number,
): number {
  if (codec === CODEC.snappy) return decompressSnappy(kernel, scratch, compressed, bytes);
  const page = inflated(codec, compressed, bytes);
  return page.length === bytes ? scratch.copyIn(page) : unreadable(`a page has ${page.length} bytes, not ${bytes}`);
}

function inflated(codec: number, compressed: Uint8Array, bytes: number): Uint8Array {
  // A chunk of the whole page spares zlib to join pieces.
  const options = { maxOutputLength: Math.max(1, bytes), chunkSize: Math.max(64, bytes) };
  switch (codec) {
    case CODEC.zstd:
      return zstdDecompressSync(compressed, options);
    case CODEC.gzip:
      return gunzipSync(compressed, options);
    case CODEC.none:
      return compressed;
    default:
      return unreadable(`its pages are compressed by codec ${codec}`);
  }
}

function decompressSnappy(kernel: Kernel, scratch: Scratch, compressed: Uint8Array, bytes: number): number {
  const from = scratch.copyIn(compressed);
  const out = scratch.allocate(bytes);
  const written = kernel.exports.decodeSnappyBlock(from, from + compressed.length, out, out + bytes);
  return written === bytes ? out : unreadable('snappy text is damaged');
}
