import type { Kernel } from '@hourmill/kernel';

/** Blocks of the kernel's memory that are given back together. */
export class Scratch {
  readonly #kernel: Kernel;
  readonly #blocks = new Map<number, number>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** With undefined content, aligned to 64 bytes. Some bytes behind it may be overwritten. */
  allocate(bytes: number): number {
    return this.#keep(this.#kernel.exports.allocate(bytes + SLACK), bytes + SLACK);
  }

  allocateZeroed(bytes: number): number {
    return this.#keep(this.#kernel.exports.allocateZeroed(bytes + SLACK), bytes + SLACK);
  }

  /** Gives one block back early. */
  release(at: number): void {
    const bytes = this.#blocks.get(at);
    if (bytes === undefined) return;
    this.#blocks.delete(at);
    this.#kernel.exports.release(at, bytes);
  }

  releaseAll(): void {
    for (const at of [...this.#blocks.keys()]) this.release(at);
  }

  #keep(at: number, bytes: number): number {
    // Addresses above 2 GiB come out of WebAssembly as negative numbers.
    const address = at >>> 0;
    this.#blocks.set(address, bytes);
    return address;
  }
}

/** One block that is replaced by a larger one when it is too small; its content is lost then. */
export class GrowingBlock {
  readonly #scratch: Scratch;
  #at = 0;
  #bytes = 0;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  /** Its address, with room for so many bytes. */
  ofSize(bytes: number): number {
    if (bytes > this.#bytes) {
      if (this.#bytes > 0) this.#scratch.release(this.#at);
      this.#at = this.#scratch.allocate(bytes);
      this.#bytes = bytes;
    }
    return this.#at;
  }
}

/** The kernel's operators write up to 7 bytes behind their output, and read as much. */
const SLACK = 64;
