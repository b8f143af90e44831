import type { Kernel } from '@hourmill/kernel';
import { type DataEncoding, encodePageHeader } from '../format/page-header.ts';
import { type Codec, type Compression, type Compressor, createCompressor } from './compression.ts';
import { GrowingBlock, Scratch } from './scratch.ts';

/** What a column's pages took up since {@link PageWriter.beginColumn}. */
export interface ColumnPages {
  readonly dataPages: number;
  readonly dictionaryPageOffset: number | null;
  readonly dataPageOffset: number;
  /** Both with the pages' headers. */
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
}

/** Compresses pages that are put together in the kernel's memory, and lays them one behind the other into a buffer of its own. */
export class PageWriter {
  readonly codec: Codec;
  readonly #scratch: Scratch;
  readonly #page: GrowingBlock;
  readonly #compress: Compressor;
  #pageStart = 0;
  #out: Uint8Array<ArrayBuffer>;
  #length = 0;
  #columnStart = 0;
  #dictionaryPageOffset: number | null = null;
  #dataPageOffset = 0;
  #dataPages = 0;
  #uncompressedBytes = 0;

  /** @param expectedBytes of the whole row group; it may become more. What is not used of them costs nothing. */
  constructor(kernel: Kernel, compression: Compression, expectedBytes: number) {
    this.codec = compression.codec;
    this.#scratch = new Scratch(kernel);
    this.#page = new GrowingBlock(this.#scratch);
    this.#compress = createCompressor(kernel, compression, new GrowingBlock(this.#scratch));
    this.#out = new Uint8Array(expectedBytes);
  }

  /** Where to put together the next page, with room for so many bytes. One page at a time. */
  page(bytes: number): number {
    this.#pageStart = this.#page.ofSize(bytes);
    return this.#pageStart;
  }

  beginColumn(): void {
    this.#columnStart = this.#length;
    this.#dictionaryPageOffset = null;
    this.#dataPageOffset = this.#length;
    this.#dataPages = 0;
    this.#uncompressedBytes = 0;
  }

  /** Before the column's data pages. `end` is behind the page's last byte. */
  addDictionaryPage(entries: number, end: number): void {
    this.#dictionaryPageOffset = this.#length;
    this.#add(null, entries, end);
    this.#dataPageOffset = this.#length;
  }

  addDataPage(encoding: DataEncoding, values: number, end: number): void {
    this.#dataPages += 1;
    this.#add(encoding, values, end);
  }

  endColumn(): ColumnPages {
    return {
      dataPages: this.#dataPages,
      dictionaryPageOffset: this.#dictionaryPageOffset,
      dataPageOffset: this.#dataPageOffset,
      uncompressedBytes: this.#uncompressedBytes,
      compressedBytes: this.#length - this.#columnStart,
    };
  }

  /** All pages. Nothing else uses the buffer that they lie in, which may be longer. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#out.subarray(0, this.#length);
  }

  /** Gives the kernel's memory back. */
  release(): void {
    this.#scratch.releaseAll();
  }

  #add(encoding: DataEncoding | null, values: number, end: number): void {
    const uncompressedBytes = (end >>> 0) - this.#pageStart;
    const compressed = this.#compress(this.#pageStart, uncompressedBytes);
    const header = encodePageHeader({ encoding, values, uncompressedBytes, compressedBytes: compressed.length });
    this.#makeRoom(header.length + compressed.length);
    this.#out.set(header, this.#length);
    this.#out.set(compressed, this.#length + header.length);
    this.#length += header.length + compressed.length;
    this.#uncompressedBytes += header.length + uncompressedBytes;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#out.length) return;
    const next = new Uint8Array(Math.max(2 * this.#out.length, this.#length + bytes));
    next.set(this.#out.subarray(0, this.#length));
    this.#out = next;
  }
}
