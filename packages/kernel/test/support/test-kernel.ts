import { readFileSync } from 'node:fs';
import { Kernel, type KernelHost } from '@hourmill/kernel';

const path = process.env['HOURMILL_TEST_KERNEL'] ?? new URL('../../build/kernel.wasm', import.meta.url);
let module: WebAssembly.Module | undefined;

/** A fresh instance of the kernel. Where the host is called, it answers as `host` says, else it throws. */
export function testKernel(host: Partial<KernelHost> = {}): Kernel {
  module ??= new WebAssembly.Module(readFileSync(path));
  return new Kernel(module, (kernel) => ({
    outOfMemory: (bytes) => {
      throw new Error(`out of memory: ${bytes}`);
    },
    parseDouble: (at, length) => Number(Buffer.from(kernel.bytes.slice(at, at + length)).toString('latin1')),
    listCode: () => -1,
    ...host,
  }));
}

/** Puts bytes into the kernel's memory, with room behind them that may be read. */
export function put(kernel: Kernel, bytes: Uint8Array): number {
  const at = kernel.exports.allocate(bytes.length + 256);
  kernel.bytes.set(bytes, at);
  return at;
}
