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
    readonly buffer: ArrayBuffer;
  }

  function compile(bytes: ArrayBuffer | ArrayBufferView): Promise<Module>;
}
