import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { CODEC } from './footer.ts';
import { unreadable } from './unreadable.ts';

/** Behind a page so many bytes may be read. */
export const PAGE_SLACK = 8;

/**
 * The bytes of a page, and {@link PAGE_SLACK} behind them in the same buffer, which nothing else uses.
 * @throws HM_LEDGER_004 for another codec or length, and errors of any kind for damaged bytes
 */
export function decompress(codec: number, compressed: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(bytes + PAGE_SLACK);
  if (codec === CODEC.snappy) {
    snappyUncompress(compressed, page.subarray(0, bytes));
  } else {
    const plain = inflated(codec, compressed, bytes);
    if (plain.length !== bytes) unreadable(`a page has ${plain.length} bytes, not ${bytes}`);
    page.set(plain);
  }
  return page.subarray(0, bytes);
}

function inflated(codec: number, compressed: Uint8Array, bytes: number): Uint8Array {
  const options = { maxOutputLength: Math.max(1, bytes) };
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
