import { type Kernel, SLACK_BYTES } from '@hourmill/kernel';

/** Blocks of the kernel's memory that are given back together, at the end of a `using`. */
export class Scratch {
  readonly #kernel: Kernel;
  #blocks: { readonly at: number; readonly bytes: number }[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** With undefined content. Behind it a few bytes may be read and written. */
  allocate(wanted: number): number {
    const bytes = wanted + SLACK_BYTES;
    const at = this.#kernel.exports.allocate(bytes) >>> 0;
    this.#blocks.push({ at, bytes });
    return at;
  }

  copyIn(bytes: Uint8Array): number {
    const at = this.allocate(bytes.length);
    this.#kernel.bytes.set(bytes, at);
    return at;
  }

  words(words: readonly number[]): number {
    return this.copyIn(new Uint8Array(Uint32Array.from(words).buffer));
  }

  [Symbol.dispose](): void {
    for (const { at, bytes } of this.#blocks.splice(0)) this.#kernel.exports.release(at, bytes);
  }
}
