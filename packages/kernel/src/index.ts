export { compileFilter } from './compile-filter.ts';
export { INFLATE, INFLATE_DAMAGE } from './exports/inflate.ts';
export type { KernelExports } from './exports/kernel-exports.ts';
export { BATCH_ROWS, BLOCK_ROWS, DEFERRED, FLAG, KIND, METRIC, OPERATOR, SLACK_BYTES } from './exports/operators.ts';
export { Kernel, type KernelHost } from './kernel.ts';
export { loadKernel } from './load-kernel.ts';
