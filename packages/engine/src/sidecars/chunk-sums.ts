import type { Kernel } from '@hourmill/kernel';
import type { Program } from '@hourmill/pipeline';
import type { AccumulatorColumn } from '@hourmill/sidecar';
import { metricsOf } from '../program/fields.ts';
import type { ChunkSlice } from '../worker/stage.ts';

/** The exact states of the double sums of a chunk's rows, in one piece of shared memory. */
export interface ChunkSums {
  readonly buffer: SharedArrayBuffer;
  /** By doubleSum, in the definition's order: u16[rows] at `lengths`, and the values behind one another. */
  readonly columns: readonly { readonly lengths: number; readonly values: number; readonly bytes: number }[];
}

/** The places of the sums of doubles among the metrics of a kernel. */
export function doubleSumsOf(program: Program): number[] {
  return metricsOf(program).flatMap(({ type }, metric) => (type === 'doubleSum' ? [metric] : []));
}

/** Copies those of the rows that the kernel has merged last. @param shared makes the memory */
export function copySums(
  kernel: Kernel,
  metrics: readonly number[],
  rows: number,
  shared: (bytes: number) => SharedArrayBuffer,
): ChunkSums {
  const { exports } = kernel;
  let end = 0;
  const columns = metrics.map((metric) => {
    const lengths = end;
    const values = lengths + 2 * rows;
    const bytes = exports.mergedSumBytes(metric);
    end = 2 * Math.ceil((values + bytes) / 2);
    return { lengths, values, bytes };
  });
  const buffer = shared(end);
  const out = new Uint8Array(buffer);
  metrics.forEach((metric, index) => {
    const column = columns[index];
    if (column === undefined) return;
    const [lengths, values] = [exports.mergedSumLengths(metric), exports.mergedSumValues(metric)];
    out.set(kernel.bytes.subarray(lengths, lengths + 2 * rows), column.lengths);
    out.set(kernel.bytes.subarray(values, values + column.bytes), column.values);
  });
  return { buffer, columns };
}

/** Of rows `[from, to)` of a chunk, by doubleSum. Copies. */
export function sumsOfSlice({ chunk, from, to }: ChunkSlice): AccumulatorColumn[] {
  const { sums, rows } = chunk;
  return (sums?.columns ?? []).map(({ lengths, values, bytes }) => {
    const all = new Uint16Array((sums as ChunkSums).buffer, lengths, rows);
    const start = values + sumOf(all, 0, from);
    const end = to === rows ? values + bytes : start + sumOf(all, from, to);
    return { lengths: all.slice(from, to), values: new Uint8Array((sums as ChunkSums).buffer).slice(start, end) };
  });
}

function sumOf(lengths: Uint16Array, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row++) sum += lengths[row] as number;
  return sum;
}
