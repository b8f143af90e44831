import type { Sums } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { MetricColumn } from '@hourmill/pipeline';
import { checkLongSum } from '@hourmill/record';
import { Scratch } from '../kernel/scratch.ts';
import type { NumberColumn } from '../rows/columns.ts';

/** The sums of the count and of every `longSum` over all rows: what Druid must serve. */
export class Totals {
  readonly #kernel: Kernel;
  readonly #metrics: readonly MetricColumn[];
  readonly #sums = new Map<string, bigint>();

  constructor(kernel: Kernel, metrics: readonly MetricColumn[]) {
    this.#kernel = kernel;
    this.#metrics = metrics;
  }

  /** Takes in the rows of a metric, whose values are 0 where there is none. */
  add({ name, type }: MetricColumn, { values, valid }: NumberColumn, rows: number): void {
    if (type !== 'count' && type !== 'longSum') return;
    if (valid !== 0 && !this.#kernel.bytes.subarray(valid, valid + rows).includes(1)) return;
    using scratch = new Scratch(this.#kernel);
    const total = scratch.copyIn(new Uint8Array(16));
    this.#kernel.exports.addLongs(values, rows, total);
    const { view } = this.#kernel;
    const sum = (view.getBigInt64(total + 8, true) << 64n) + view.getBigUint64(total, true);
    this.#sums.set(name, (this.#sums.get(name) ?? 0n) + sum);
  }

  /**
   * As decimal strings, in the order of the metrics; a sum over no value is absent.
   * @throws HM_ENGINE_001 for a total beyond 64 bits: Druid would wrap it around, and could not prove it
   */
  sums(): Sums {
    const entries = this.#metrics.flatMap(({ name }) => {
      const sum = this.#sums.get(name);
      if (sum === undefined) return [];
      return [[name, checkLongSum(sum, () => `the sum of ${name} over all groups`).toString()] as const];
    });
    return Object.fromEntries(entries);
  }
}
