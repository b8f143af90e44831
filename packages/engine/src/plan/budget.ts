import { HourmillError } from '@hourmill/core';

const MIB = 1024 * 1024;
/** Resident memory of the process with one worker, without that worker's kernel: Node, the bundle, results on their way out. */
const PROCESS_BYTES = 100 * MIB;
/** Of each further thread. */
const THREAD_BYTES = 20 * MIB;
/** With less a worker cannot hold its tables, a read buffer and a few batches. */
const MIN_KERNEL_BYTES = 38 * MIB;
/** See `assembly/memory.ts`: a kernel's addresses end at 2 GiB. */
export const MAX_KERNEL_BYTES = 2047 * MIB;

/** What a process with so many workers takes without their kernels. */
export function processBytes(workers: number): number {
  return PROCESS_BYTES + THREAD_BYTES * (workers - 1);
}

export interface Budget {
  readonly workers: number;
  /** Of each worker's kernel. */
  readonly kernelBytes: number;
}

/** So many groups from disk are merged at a time by each worker: large ranges cost less, but memory for all that they become. */
export function rowsOfKeyRange(kernelBytes: number, maxGroups: number): number {
  return Math.max(1, Math.min(262_144, Math.floor(kernelBytes / 1600), maxGroups));
}

/** What a worker holds undecided may all become new groups: in a small memory batches are small. */
export function rowsOfBatch(kernelBytes: number, batchRows: number): number {
  return Math.min(batchRows, Math.max(512, 2 ** Math.floor(Math.log2(kernelBytes / 16_384))));
}

/**
 * Shares `limits.memory` between the workers, fewer of them when it is short.
 * @throws HM_LIMIT_001 when it does not suffice for one
 */
export function shareMemory(memoryBytes: number, wantedWorkers: number): Budget {
  for (let workers = wantedWorkers; workers > 0; workers--) {
    const kernelBytes = (memoryBytes - processBytes(workers)) / workers;
    if (kernelBytes >= MIN_KERNEL_BYTES) return { workers, kernelBytes: Math.min(kernelBytes, MAX_KERNEL_BYTES) };
  }
  const needed = (PROCESS_BYTES + MIN_KERNEL_BYTES) / MIB;
  throw new HourmillError(
    'HM_LIMIT_001',
    `limits.memory is ${Math.floor(memoryBytes / MIB)} MiB; a run takes at least ${needed} MiB`,
    { context: { memoryBytes } },
  );
}
