import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';

/** Columns in the kernel, with room for the rows of a row group. */
export class RowBuffer {
  readonly #kernel: Kernel;
  readonly #scratch: Scratch;
  readonly buckets: number;
  readonly ranks: readonly number[];
  /** Of 8 bytes a row. */
  readonly values: readonly number[];
  /** A byte a row. */
  readonly valids: readonly number[];

  constructor(kernel: Kernel, rows: number, dimensions: number, metrics: number) {
    this.#kernel = kernel;
    this.#scratch = new Scratch(kernel);
    const columns = (count: number, bytes: number): number[] => {
      return Array.from({ length: count }, () => this.#scratch.allocate(bytes));
    };
    this.buckets = this.#scratch.allocate(4 * rows);
    this.ranks = columns(dimensions, 4 * rows);
    this.values = columns(metrics, 8 * rows);
    this.valids = columns(metrics, rows);
  }

  /** A view of u32 at an address, until the kernel is called again. */
  words(at: number, count: number): Uint32Array {
    return new Uint32Array(this.#kernel.bytes.buffer, at, count);
  }

  bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.#kernel.bytes.buffer, at, count);
  }

  longs(at: number, count: number): BigInt64Array {
    return new BigInt64Array(this.#kernel.bytes.buffer, at, count);
  }

  doubles(at: number, count: number): Float64Array {
    return new Float64Array(this.#kernel.bytes.buffer, at, count);
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}
