import type { RecordSet } from '@hourmill/core';
import { type Kernel, SLACK_BYTES } from '@hourmill/kernel';
import { AbortedProducers } from './aborted-producers.ts';
import type { RecordBatch } from './record-batch.ts';

/** Buffers grow by so many bytes at least. */
const STEP_BYTES = 1024 * 1024;
/** JavaScript copies into shared memory by words where both ends lie alike in theirs, and byte by byte elsewhere. */
const WORD_BYTES = 8;

/** One record set at a time, in a buffer of the kernel's memory, and how far it has been gone through. */
export class RecordSetCursor {
  readonly #kernel: Kernel;
  #buffer = 0;
  #bytes = 0;
  #at = 0;
  #end = 0;
  #aborted = new AbortedProducers([]);
  /** Something of the set was damaged: batches are missing, markers of transactions among them perhaps. */
  isDamaged = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Address of the next batch. */
  get at(): number {
    return this.#at;
  }

  get end(): number {
    return this.#end;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  get aborted(): AbortedProducers {
    return this.#aborted;
  }

  /** Copies the set over the one before. @throws HM_LIMIT_001 */
  take({ bytes, aborted }: RecordSet): void {
    this.#reserve(bytes.length);
    this.#at = this.#buffer + ((bytes.byteOffset - this.#buffer) & (WORD_BYTES - 1));
    this.#end = this.#at + bytes.length;
    this.#kernel.bytes.set(bytes, this.#at);
    this.#aborted = new AbortedProducers(aborted);
    this.isDamaged = false;
  }

  /** Goes on behind this batch, the one at hand. */
  pass({ recordsEnd }: RecordBatch): void {
    this.#at = recordsEnd;
  }

  /** Goes on so many bytes; to the end of the set when that is not known (0). */
  skip(bytes: number): void {
    this.#at = bytes === 0 ? this.#end : Math.min(this.#end, this.#at + bytes);
  }

  close(): void {
    if (this.#bytes > 0) this.#kernel.exports.release(this.#buffer, this.#bytes);
  }

  #reserve(setBytes: number): void {
    const wanted = setBytes + WORD_BYTES + SLACK_BYTES;
    if (wanted <= this.#bytes) return;
    this.close();
    this.#bytes = 0;
    const bytes = Math.ceil(wanted / STEP_BYTES) * STEP_BYTES;
    this.#buffer = this.#kernel.exports.allocate(bytes);
    this.#bytes = bytes;
  }
}
