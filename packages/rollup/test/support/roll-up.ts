import type { MetricColumn, Program } from '@hourmill/pipeline';
import { compareRows, type MetricValue, nearestDoubleOf, orderedDouble, type Row, unitsOf } from '@hourmill/record';

/** A finished row, and the exact sums of its `doubleSum` metrics in units of 2^-1074. */
export interface Group extends Row {
  readonly sums: readonly (bigint | null)[];
}

/** What an engine makes of these rows, each the values of one event: plainly, by a map. */
export function rollUp(program: Program, rows: readonly Row[]): Group[] {
  const byKey = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.timeMs, row.dimensions], (_, value: unknown) => {
      if (typeof value === 'bigint') return `${value}`;
      return typeof value === 'number' ? Buffer.from(orderedDouble(value)).toString('hex') : value;
    });
    byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  const compare = compareRows(program.dimensions);
  const groups = [...byKey.values()].map((members) => groupOf(program, members));
  return groups.sort((a, b) => a.timeMs - b.timeMs || compare(a, b));
}

function groupOf({ metrics }: Program, members: readonly Row[]): Group {
  const [{ timeMs, dimensions } = { timeMs: 0, dimensions: [] }] = members;
  const values = metrics.map((_, index) => members.map((row) => row.metrics[index] ?? null));
  const exact = metrics.map(({ type }, index) => {
    const doubles = (values[index] ?? []).filter((value) => value !== null);
    return type === 'doubleSum' && doubles.length > 0 ? addUp(doubles.map((value) => unitsOf(Number(value)))) : null;
  });
  const results = metrics.map((metric, index) => {
    const sum = exact[index] ?? null;
    return metric.type !== 'doubleSum'
      ? resultOf(metric, values[index] ?? [])
      : sum === null
        ? null
        : nearestDoubleOf(sum);
  });
  const sums = exact.filter((_, index) => metrics[index]?.type === 'doubleSum');
  return { timeMs, dimensions, metrics: results, sums };
}

function addUp(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => a + b, 0n);
}

function resultOf({ type }: MetricColumn, all: readonly MetricValue[]): MetricValue {
  if (type === 'count') return BigInt(all.length);
  const values = all.filter((value) => value !== null);
  const [first] = values;
  if (first === undefined) return null;
  if (type === 'longSum') return addUp(values.map((value) => BigInt(value)));
  const least = type.endsWith('Min');
  return values.reduce((best, value) => ((least ? value < best : value > best) ? value : best));
}
