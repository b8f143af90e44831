import { readFile } from 'node:fs/promises';

/**
 * Compiles the kernel's module, which threads can share. From the sources it lies in the build folder of this package; in
 * the bundled command beside the bundle.
 */
export async function loadKernel(): Promise<WebAssembly.Module> {
  const file = import.meta.url.endsWith('.ts') ? '../build/kernel.wasm' : './kernel.wasm';
  return WebAssembly.compile(await readFile(new URL(file, import.meta.url)));
}
