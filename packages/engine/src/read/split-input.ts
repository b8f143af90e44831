import { invariant, type SplitReader } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { PAGE_BYTES, placeInPage } from './place-in-page.ts';

/** What is read at once of a compressed split. */
const INPUT_BYTES = 256 * 1024;
/** Zeros behind the end of the split, for decoders that read ahead. */
const END_BYTES = 1024;
const BUFFER_BYTES = PAGE_BYTES + INPUT_BYTES + END_BYTES;

/** The compressed bytes of a whole split, in a buffer of the kernel's memory: `[start, end)` was read and not yet taken. */
export class SplitInput {
  readonly #kernel: Kernel;
  readonly #reader: SplitReader;
  readonly #splitBytes: number;
  readonly #buffer: number;
  #position = 0;
  #start: number;
  #end: number;

  constructor(kernel: Kernel, reader: SplitReader, splitBytes: number) {
    this.#kernel = kernel;
    this.#reader = reader;
    this.#splitBytes = splitBytes;
    this.#buffer = kernel.exports.allocate(BUFFER_BYTES);
    this.#start = this.#buffer;
    this.#end = this.#buffer;
    this.#zeroBehind();
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** Nothing follows; behind the end lie 1,024 zeros. */
  get isEnd(): boolean {
    return this.#position === this.#splitBytes;
  }

  /** The bytes before this address are not needed any more. */
  take(to: number): void {
    invariant(to >= this.#start && to <= this.#end, 'only what was read can be taken');
    this.#start = to;
  }

  /**
   * Reads on, behind what is left, which moves. A promise when that has to wait: it is to be called again then. Must not
   * be called at the end, nor with less than a third of the buffer free.
   */
  readMore(): Promise<void> | undefined {
    const left = this.#end - this.#start;
    const start = placeInPage(this.#buffer + left, this.#position) - left;
    this.#kernel.exports.moveBytes(start, this.#start, left);
    this.#start = start;
    this.#end = start + left;
    const room = INPUT_BYTES - left;
    const bytesRead = this.#reader.read(this.#kernel.bytes, this.#end, room, this.#position);
    if (typeof bytesRead !== 'number') return bytesRead;
    invariant(bytesRead > 0, 'a split is as long as planned');
    this.#position += bytesRead;
    this.#end += bytesRead;
    this.#zeroBehind();
    return undefined;
  }

  /** Gives the memory back and closes the reader. @throws what the reader's `close` throws */
  close(): void | Promise<void> {
    this.#kernel.exports.release(this.#buffer, BUFFER_BYTES);
    return this.#reader.close();
  }

  #zeroBehind(): void {
    if (this.isEnd) this.#kernel.bytes.fill(0, this.#end, this.#end + END_BYTES);
  }
}
