import type { Sums } from '@hourmill/core';
import type { MetricColumn } from '@hourmill/pipeline';
import { checkLongSum } from '@hourmill/record';

/** The sums of the count and of every `longSum` over all rows: what Druid must serve. */
export class Totals {
  readonly #metrics: readonly MetricColumn[];
  readonly #sums = new Map<string, bigint>();

  constructor(metrics: readonly MetricColumn[]) {
    this.#metrics = metrics;
  }

  /**
   * Takes in the rows of a metric.
   * @param words the low and the high word of each value; 0 where there is none
   * @param valid null when every row has a value
   */
  add({ name, type }: MetricColumn, words: Uint32Array, valid: Uint8Array | null): void {
    if (type !== 'count' && type !== 'longSum') return;
    if (valid !== null && !valid.includes(1)) return;
    // Of up to 2^21 words these sums are exact.
    let low = 0;
    let high = 0;
    for (let at = 0; at < words.length; at += 2) {
      low += words[at] as number;
      high += (words[at + 1] as number) | 0;
    }
    this.#sums.set(name, (this.#sums.get(name) ?? 0n) + BigInt(low) + (BigInt(high) << 32n));
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
