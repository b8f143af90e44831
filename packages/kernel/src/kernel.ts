import type { KernelExports } from './exports/kernel-exports.ts';

/** What the kernel asks of its host. All are rare. */
export interface KernelHost {
  /** The memory budget is used up; must throw. */
  outOfMemory(wantedBytes: number): never;
  /** The double nearest to the number text at this address, for texts that the kernel does not round itself. */
  parseDouble(at: number, length: number): number;
  /**
   * The code (of `internValue`; 0 for null) of a multi-value dimension for a value that the kernel does not remember: see
   * `assembly/dictionary/encode-list.ts`. -1 when the record must be judged by the host.
   * @param kind one of `KIND`: a string's text is unescaped and without its quotes, all else is raw JSON
   */
  listCode(dimension: number, kind: number, at: number, length: number): number;
}

/** One instance of the kernel with a memory of its own. Not to be shared between threads. */
export class Kernel {
  readonly exports: KernelExports;
  #buffer: ArrayBuffer;
  #u8: Uint8Array;
  #u32: Uint32Array;
  #view: DataView;

  constructor(module: WebAssembly.Module, host: (kernel: Kernel) => KernelHost) {
    const calls = host(this);
    const env = {
      outOfMemory: (bytes: number) => calls.outOfMemory(bytes),
      parseDouble: (at: number, length: number) => calls.parseDouble(at, length),
      listCode: (dimension: number, kind: number, at: number, length: number) =>
        calls.listCode(dimension, kind, at, length),
    };
    const instance = new WebAssembly.Instance(module, { env });
    this.exports = instance.exports as unknown as KernelExports;
    this.#buffer = this.exports.memory.buffer;
    this.#u8 = new Uint8Array(this.#buffer);
    this.#u32 = new Uint32Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }

  /** The whole memory. Valid until the memory grows: do not keep it over a call of the kernel. */
  get bytes(): Uint8Array {
    return this.#fresh().#u8;
  }

  /** As {@link bytes}, indexed by address / 4. */
  get words(): Uint32Array {
    return this.#fresh().#u32;
  }

  /** As {@link bytes}. */
  get view(): DataView {
    return this.#fresh().#view;
  }

  #fresh(): this {
    // A memory that has grown has a new buffer, and the old one is detached.
    if (this.#buffer.byteLength === 0) {
      this.#buffer = this.exports.memory.buffer;
      this.#u8 = new Uint8Array(this.#buffer);
      this.#u32 = new Uint32Array(this.#buffer);
      this.#view = new DataView(this.#buffer);
    }
    return this;
  }
}
