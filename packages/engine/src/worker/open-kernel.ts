import { Kernel, type KernelHost } from '@hourmill/kernel';
import { setUpKernel } from '../program/set-up-kernel.ts';
import { HostJudge, outOfMemory } from '../scan/host-judge.ts';
import type { WorkerSetup } from './setup.ts';

/** A kernel with an empty memory of its own, with the program in it, and the judge of what it hands over. */
export function openKernel({ module, kernelBytes, options, plan }: WorkerSetup): { kernel: Kernel; judge: HostJudge } {
  let judge: HostJudge | undefined;
  const host = (kernel: Kernel): KernelHost => ({
    outOfMemory: (wantedBytes) => outOfMemory(wantedBytes, kernelBytes),
    parseDouble: (at, length) => Number(Buffer.from(kernel.bytes.buffer, at, length).toString('latin1')),
    listCode: (dimension, kind, at, length) => judge?.listCode(dimension, kind, at, length) ?? -1,
  });
  const kernel = new Kernel(module, host, kernelBytes);
  kernel.exports.setBudget(kernelBytes);
  const fields = setUpKernel(kernel, options.program, plan.chunk, options.limits.maxRecordBytes);
  judge = new HostJudge(kernel, options.program, fields, plan.chunk);
  return { kernel, judge };
}
