import { type Kernel, SLACK_BYTES } from '@hourmill/kernel';
import { readSpilled, type SpillHandle } from './spill-file.ts';

/** Where frames lie in the kernel while they are read: one at a time. */
export class FrameMemory {
  readonly #kernel: Kernel;
  #at = 0;
  #bytes = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Bytes of a file in the kernel's memory. Valid until the next call. */
  read(handle: SpillHandle, position: number, length: number): number {
    if (length + SLACK_BYTES > this.#bytes) this.#grow(length + SLACK_BYTES);
    readSpilled(handle, this.#kernel.bytes, this.#at, length, position);
    return this.#at;
  }

  release(): void {
    if (this.#bytes > 0) this.#kernel.exports.release(this.#at, this.#bytes);
    this.#bytes = 0;
  }

  #grow(bytes: number): void {
    this.release();
    this.#at = this.#kernel.exports.allocate(bytes);
    this.#bytes = bytes;
  }
}
