import { isoMillis } from '@hourmill/core';
import type { MetricColumn } from '@hourmill/pipeline';
import type { DimensionValue, Row } from '../judge/row.ts';
import { type Accumulator, createAccumulator } from './accumulator.ts';

/** A finished group: one row of the parts. Times are floored to the query granularity; values stand in the program's order. */
export type GroupRow = Row;

interface Group {
  readonly dimensions: readonly DimensionValue[];
  readonly accumulators: readonly Accumulator[];
}

/** All groups of a run, by time bucket and dimensions. */
export class GroupTable {
  readonly #metrics: readonly MetricColumn[];
  readonly #buckets = new Map<number, Map<string, Group>>();
  #size = 0;

  constructor(metrics: readonly MetricColumn[]) {
    this.#metrics = metrics;
  }

  /** The number of groups. */
  get size(): number {
    return this.#size;
  }

  add(row: Row): void {
    const group = this.#groupOf(row);
    group.accumulators.forEach((accumulator, index) => {
      accumulator.add(row.metrics[index] ?? null);
    });
  }

  /** The time buckets that have groups, oldest first. */
  times(): number[] {
    return [...this.#buckets.keys()].sort((a, b) => a - b);
  }

  /**
   * The finished groups of one bucket, in no particular order.
   * @throws HM_ENGINE_001, HM_ENGINE_002 for sums out of range
   */
  rows(timeMs: number): GroupRow[] {
    const groups = [...(this.#buckets.get(timeMs)?.values() ?? [])];
    return groups.map(({ dimensions, accumulators }) => {
      const metrics = accumulators.map((accumulator, index) =>
        accumulator.result(() => `metric ${this.#metrics[index]?.name} of group ${groupText(timeMs, dimensions)}`),
      );
      return { timeMs, dimensions, metrics };
    });
  }

  #groupOf({ timeMs, dimensions }: Row): Group {
    const bucket = this.#buckets.get(timeMs) ?? new Map<string, Group>();
    this.#buckets.set(timeMs, bucket);
    const key = dimensionsText(dimensions);
    const known = bucket.get(key);
    if (known !== undefined) return known;
    const group = { dimensions, accumulators: this.#metrics.map(createAccumulator) };
    bucket.set(key, group);
    this.#size += 1;
    return group;
  }
}

function groupText(timeMs: number, dimensions: readonly DimensionValue[]): string {
  return `${isoMillis(timeMs)} ${dimensionsText(dimensions)}`;
}

/**
 * A different text for different dimensions: JSON tells null from "null", and quotes strings; a long is the text of its
 * digits, and cannot meet a string in the same column. A double's shortest text names that double only.
 */
function dimensionsText(dimensions: readonly DimensionValue[]): string {
  return JSON.stringify(dimensions, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
