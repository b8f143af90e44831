import { HourmillError } from '@hourmill/core';
import type { MetricColumn } from '@hourmill/pipeline';
import { checkLongSum, compareNumbers, type MetricValue, nearestDoubleOf, unitsOf } from '@hourmill/record';

/** One metric of one group. The result does not depend on the order of adding. */
export interface Accumulator {
  /** Adds the metric's value of one row; null changes nothing, except that a count counts rows. */
  add(value: MetricValue): void;
  /**
   * Null when no value was added. `where` names metric and group in the error.
   * @throws HM_ENGINE_001 when a longSum does not fit into 64 bits, HM_ENGINE_002 when a doubleSum overflows. Only the final sum
   *   is judged: partial sums may go where they like.
   */
  result(where: () => string): MetricValue;
}

export function createAccumulator(metric: MetricColumn): Accumulator {
  switch (metric.type) {
    case 'count':
      return new Count();
    case 'longSum':
      return new LongSum();
    case 'doubleSum':
      return new DoubleSum();
    case 'longMin':
    case 'doubleMin':
      return new Extreme(-1);
    case 'longMax':
    case 'doubleMax':
      return new Extreme(1);
  }
}

class Count implements Accumulator {
  #rows = 0n;

  add(): void {
    this.#rows += 1n;
  }

  result(): MetricValue {
    return this.#rows;
  }
}

class LongSum implements Accumulator {
  #sum: bigint | null = null;

  add(value: MetricValue): void {
    if (value !== null) this.#sum = (this.#sum ?? 0n) + BigInt(value);
  }

  result(where: () => string): MetricValue {
    return this.#sum === null ? null : checkLongSum(this.#sum, where);
  }
}

class DoubleSum implements Accumulator {
  /** In units of 2^-1074. */
  #sum: bigint | null = null;

  add(value: MetricValue): void {
    if (value !== null) this.#sum = (this.#sum ?? 0n) + unitsOf(Number(value));
  }

  result(where: () => string): MetricValue {
    if (this.#sum === null) return null;
    const double = nearestDoubleOf(this.#sum);
    if (double === null) throw new HourmillError('HM_ENGINE_002', `${where()} is beyond the range of a double`);
    return double;
  }
}

/** The smallest (-1) or greatest (1) value. */
class Extreme implements Accumulator {
  readonly #direction: -1 | 1;
  #extreme: MetricValue = null;

  constructor(direction: -1 | 1) {
    this.#direction = direction;
  }

  add(value: MetricValue): void {
    if (value === null) return;
    if (this.#extreme === null || compareNumbers(value, this.#extreme) === this.#direction) this.#extreme = value;
  }

  result(): MetricValue {
    return this.#extreme;
  }
}
