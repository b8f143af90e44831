import { HourmillError } from '@hourmill/core';
import type { MetricColumn } from '@hourmill/pipeline';
import { checkLongSum, compareNumbers, type MetricValue, nearestDoubleOf, unitsOf } from '@hourmill/record';

/** One metric of one group. The result does not depend on the order of adding. */
export interface Accumulator {
  /** Adds the metric's value of one row; null changes nothing, except that a count counts rows. */
  add(value: MetricValue): void;
  /** Adds what another accumulator of this metric has added. */
  unite(state: MetricValue): void;
  /** All that was added, exactly: a sum of doubles in units of 2^-1074. Null for no value. */
  readonly state: MetricValue;
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
  state = 0n;

  add(): void {
    this.state += 1n;
  }

  unite(state: MetricValue): void {
    this.state += BigInt(state ?? 0n);
  }

  result(): MetricValue {
    return this.state;
  }
}

class LongSum implements Accumulator {
  state: bigint | null = null;

  add(value: MetricValue): void {
    if (value !== null) this.state = (this.state ?? 0n) + BigInt(value);
  }

  unite(state: MetricValue): void {
    this.add(state);
  }

  result(where: () => string): MetricValue {
    return this.state === null ? null : checkLongSum(this.state, where);
  }
}

class DoubleSum implements Accumulator {
  /** In units of 2^-1074. */
  state: bigint | null = null;

  add(value: MetricValue): void {
    if (value !== null) this.unite(unitsOf(Number(value)));
  }

  unite(state: MetricValue): void {
    if (state !== null) this.state = (this.state ?? 0n) + BigInt(state);
  }

  result(where: () => string): MetricValue {
    if (this.state === null) return null;
    const double = nearestDoubleOf(this.state);
    if (double === null) throw new HourmillError('HM_ENGINE_002', `${where()} is beyond the range of a double`);
    return double;
  }
}

/** The smallest (-1) or greatest (1) value. */
class Extreme implements Accumulator {
  readonly #direction: -1 | 1;
  state: MetricValue = null;

  constructor(direction: -1 | 1) {
    this.#direction = direction;
  }

  add(value: MetricValue): void {
    if (value === null) return;
    if (this.state === null || compareNumbers(value, this.state) === this.#direction) this.state = value;
  }

  unite(state: MetricValue): void {
    this.add(state);
  }

  result(): MetricValue {
    return this.state;
  }
}
