import { Kernel, loadKernel } from '@hourmill/kernel';

const module = await loadKernel();

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
