import type { Sums } from '@hourmill/core';
import type { MetricColumn } from '@hourmill/pipeline';
import { checkLongSum } from '@hourmill/record';
import type { GroupRow } from './group-table.ts';

/** The sums of the count and of every longSum over all groups: what Druid must serve. */
export class Totals {
  readonly #metrics: readonly MetricColumn[];
  readonly #sums = new Map<string, bigint>();

  constructor(metrics: readonly MetricColumn[]) {
    this.#metrics = metrics;
  }

  add(rows: readonly GroupRow[]): void {
    this.#metrics.forEach(({ name, type }, index) => {
      if (type !== 'count' && type !== 'longSum') return;
      for (const { metrics } of rows) {
        const value = metrics[index] ?? null;
        if (value !== null) this.#sums.set(name, (this.#sums.get(name) ?? 0n) + BigInt(value));
      }
    });
  }

  /**
   * As decimal strings, by metric; a sum over no value is absent.
   * @throws HM_ENGINE_001 for a total beyond 64 bits: Druid would wrap it around, and could not prove it
   */
  sums(): Sums {
    const entries = [...this.#sums].map(([name, sum]) => {
      return [name, checkLongSum(sum, () => `the sum of ${name} over all groups`).toString()] as const;
    });
    return Object.fromEntries(entries);
  }
}
