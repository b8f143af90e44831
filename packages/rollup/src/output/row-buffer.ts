import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';

/** Columns in the kernel, with room for the rows of a row group. */
export interface RowBuffer {
  /** u32 by row. */
  readonly buckets: number;
  readonly ranks: readonly number[];
  /** 8 bytes by row. */
  readonly values: readonly number[];
  /** u8 by row. */
  readonly valids: readonly number[];
}

export function rowBuffer(kernel: Kernel, rows: number, dimensions: number, metrics: number): RowBuffer {
  const scratch = new Scratch(kernel);
  const columns = (count: number, bytes: number): number[] => {
    return Array.from({ length: count }, () => scratch.allocate(bytes * rows));
  };
  return {
    buckets: scratch.allocate(4 * rows),
    ranks: columns(dimensions, 4),
    values: columns(metrics, 8),
    valids: columns(metrics, 1),
  };
}
