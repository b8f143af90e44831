import { HourmillError, isoMillis, sha256 } from '@hourmill/core';
import type { MetricColumn } from '@hourmill/pipeline';
import type { DimensionValue, Row } from '@hourmill/record';
import { type Accumulator, createAccumulator } from './accumulator.ts';

/** A finished group: one row of the parts. Times are floored to the query granularity; values stand in the program's order. */
export interface GroupRow extends Row {
  /** Of each `doubleSum`, in units of 2^-1074: the metric itself is rounded. Null for no value. */
  readonly exactSums: readonly (bigint | null)[];
}

interface Group {
  readonly dimensions: readonly DimensionValue[];
  readonly accumulators: readonly Accumulator[];
}

/** A `Map` of V8 holds so many entries, and ends with a RangeError behind them. */
const MAX_BUCKET_GROUPS = 2 ** 24;
/** In UTF-16 units. See {@link mapKey}. */
const MAX_MAP_KEY = 1000;

/** All groups of a run, by time bucket and dimensions. */
export class GroupTable {
  readonly #metrics: readonly MetricColumn[];
  readonly #maxBucketGroups: number;
  readonly #buckets = new Map<number, Map<string, Group>>();
  #size = 0;

  constructor(metrics: readonly MetricColumn[], maxBucketGroups: number = MAX_BUCKET_GROUPS) {
    this.#metrics = metrics;
    this.#maxBucketGroups = maxBucketGroups;
  }

  /** The number of groups. */
  get size(): number {
    return this.#size;
  }

  /** @throws HM_LIMIT_001 when one time bucket has more than 2^24 groups */
  add(row: Row): void {
    const group = this.#groupOf(row);
    group.accumulators.forEach((accumulator, index) => {
      accumulator.add(row.metrics[index] ?? null);
    });
  }

  /**
   * Adds all records that such a row was made of.
   * @throws HM_LIMIT_001 as {@link add}
   */
  addRolledUp(row: GroupRow): void {
    const exactSums = row.exactSums.values();
    this.#groupOf(row).accumulators.forEach((accumulator, index) => {
      const isDoubleSum = this.#metrics[index]?.type === 'doubleSum';
      accumulator.unite((isDoubleSum ? exactSums.next().value : row.metrics[index]) ?? null);
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
      const doubleSums = accumulators.filter((_, index) => this.#metrics[index]?.type === 'doubleSum');
      const exactSums = doubleSums.map(({ state }) => state as bigint | null);
      return { timeMs, dimensions, metrics, exactSums };
    });
  }

  #groupOf({ timeMs, dimensions }: Row): Group {
    const bucket = this.#buckets.get(timeMs) ?? new Map<string, Group>();
    this.#buckets.set(timeMs, bucket);
    const key = mapKey(dimensionsText(dimensions));
    const known = bucket.get(key);
    if (known !== undefined) return known;
    if (bucket.size >= this.#maxBucketGroups) throw this.#tooMany(timeMs);
    const group = { dimensions, accumulators: this.#metrics.map(createAccumulator) };
    bucket.set(key, group);
    this.#size += 1;
    return group;
  }

  #tooMany(timeMs: number): HourmillError {
    return new HourmillError(
      'HM_LIMIT_001',
      `more than ${this.#maxBucketGroups} groups have the time ${isoMillis(timeMs)}, and this engine cannot hold more for one time; roll up to a finer queryGranularity or by fewer dimensions`,
      { context: { timeMs, maxGroups: this.#maxBucketGroups } },
    );
  }
}

/**
 * V8 hashes a string of more than 16,383 characters by its length alone, so that a map of long keys of one length takes
 * quadratic time. A long text is its sha256 here. It cannot meet a short text, which starts with a bracket; and that two
 * texts share a sha256 is no concern: nobody has found such a pair, and chance needs some 2^128 groups.
 */
function mapKey(text: string): string {
  return text.length > MAX_MAP_KEY ? sha256(text) : text;
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
