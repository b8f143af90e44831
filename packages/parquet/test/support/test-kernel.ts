import { readFileSync } from 'node:fs';
import { Kernel, loadKernel } from '@hourmill/kernel';

const path = process.env.HOURMILL_TEST_KERNEL;
const module = path === undefined ? await loadKernel() : new WebAssembly.Module(readFileSync(path));

/** A fresh instance of the kernel, which calls nothing of its host. */
export function testKernel(): Kernel {
  return new Kernel(module, () => ({
    outOfMemory: (bytes) => {
      throw new Error(`out of memory: ${bytes}`);
    },
    parseDouble: () => Number.NaN,
    listCode: () => -1,
  }));
}
