/**
 * The part of WebAssembly's JavaScript interface that the kernel uses. TypeScript declares it only together with the whole
 * DOM, and @types/node does not.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: ArrayBuffer | ArrayBufferView);
  }

  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }

  class Memory {
    constructor(pages: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }

  function compile(bytes: ArrayBuffer | ArrayBufferView): Promise<Module>;
}
