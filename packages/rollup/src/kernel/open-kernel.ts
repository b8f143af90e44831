import { Kernel, loadKernel } from '@hourmill/kernel';
import type { Memory } from '../limits/memory.ts';

/** Addresses of the kernel end at 2 GiB. */
const MAX_KERNEL_BYTES = 2047 * 1024 * 1024;

/** A kernel that may take what is left of the memory. It parses nothing: of its host it asks only when that is used up. */
export async function openKernel(memory: Memory): Promise<Kernel> {
  const budgetBytes = Math.min(memory.leftBytes, MAX_KERNEL_BYTES);
  const kernel = new Kernel(
    await loadKernel(),
    () => ({
      outOfMemory: (wantedBytes) => {
        throw memory.over(wantedBytes);
      },
      parseDouble: () => Number.NaN,
      listCode: () => -1,
    }),
    budgetBytes,
  );
  kernel.exports.setBudget(budgetBytes);
  return kernel;
}
