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

const PAGE_BYTES = 65_536;
/** What scripts/build-kernel.mjs says of the imported memory. */
const LEAST_PAGES = 16;
const MOST_PAGES = 32_768;

/**
 * One instance of the kernel with a memory of its own. Not to be shared between threads.
 *
 * The memory is of the shared kind, as V8 counts any other as garbage that may soon be collected: from 64 MiB on it would mark
 * and compact the whole heap of a thread, in the middle of the scan, to find that all of it is in use. It is as large as it may
 * become from the start: pages that nobody has touched cost nothing, and growing step by step cost 8 % of a large run.
 */
export class Kernel {
  readonly exports: KernelExports;
  readonly #memory: WebAssembly.Memory;
  #bytes!: Uint8Array<SharedArrayBuffer>;
  #words!: Uint32Array;
  #view!: DataView;

  /** @param budgetBytes of memory that it will be given (`setBudget`); a hint */
  constructor(module: WebAssembly.Module, host: (kernel: Kernel) => KernelHost, budgetBytes = 0) {
    const calls = host(this);
    this.#memory = openMemory(budgetBytes);
    const env = {
      memory: this.#memory,
      memoryGrew: () => this.#look(),
      outOfMemory: (bytes: number) => calls.outOfMemory(bytes),
      parseDouble: (at: number, length: number) => calls.parseDouble(at, length),
      listCode: (dimension: number, kind: number, at: number, length: number) =>
        calls.listCode(dimension, kind, at, length),
    };
    this.#look();
    const instance = new WebAssembly.Instance(module, { env });
    this.exports = instance.exports as unknown as KernelExports;
  }

  /** The whole memory. When it grows there is a new view: do not keep this one over a call of the kernel. */
  get bytes(): Uint8Array<SharedArrayBuffer> {
    return this.#bytes;
  }

  /** As {@link bytes}, indexed by address / 4. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** As {@link bytes}. */
  get view(): DataView {
    return this.#view;
  }

  /** An older buffer stays as long as it was. */
  #look(): void {
    const { buffer } = this.#memory;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#view = new DataView(buffer);
  }
}

function openMemory(budgetBytes: number): WebAssembly.Memory {
  const pages = Math.min(MOST_PAGES, Math.max(LEAST_PAGES, Math.ceil(budgetBytes / PAGE_BYTES)));
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
  } catch {
    // Where the system promises no more memory than there is (vm.overcommit_memory=2): it grows as it is needed.
    return new WebAssembly.Memory({ initial: LEAST_PAGES, maximum: MOST_PAGES, shared: true });
  }
}
