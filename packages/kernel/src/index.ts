export { compileFilter } from './compile-filter.ts';
export { INFLATE, INFLATE_DAMAGE } from './exports/inflate.ts';
export {
  CODEC,
  KAFKA_DAMAGE,
  KAFKA_FIELD,
  RECORD_BATCH,
  RECORD_BATCH_FIELD,
  RECORD_BATCH_FLAG,
  RECORD_COLUMN,
  RECORD_COLUMNS_BYTES,
  RECORDS,
} from './exports/kafka.ts';
export type { KernelExports } from './exports/kernel-exports.ts';
export { BATCH_ROWS, BLOCK_ROWS, DEFERRED, FLAG, KIND, METRIC, OPERATOR, SLACK_BYTES } from './exports/operators.ts';
export { Kernel, type KernelHost } from './kernel.ts';
export { loadKernel } from './load-kernel.ts';
