import type { MetricColumn } from '@hourmill/pipeline';
import type { RowPlan } from '../merge/row-plan.ts';
import type { NumberColumn } from '../rows/columns.ts';
import type { RowGroup } from '../rows/row-group.ts';
import type { RowBuffer } from './row-buffer.ts';

/** Combines two values; a sum may leave the range. */
const LONGS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  count: (a, b) => a + b,
  longSum: (a, b) => a + b,
  longMin: lesser,
  longMax: (a, b) => (lesser(a, b) === a ? b : a),
};
const DOUBLES: Readonly<Record<string, (a: number, b: number) => number>> = {
  doubleMin: Math.min,
  doubleMax: Math.max,
};

function lesser(a: bigint, b: bigint): bigint {
  if (b < a) return b;
  return a;
}

/** Of a long that left its range, in which row. */
export type Overflow = (row: number, sum: bigint) => never;

/**
 * Writes a metric of the planned rows: copies runs, then combines where a row is touched. A `doubleSum` is only copied.
 * @returns the address of the flags of its values; null when every row has one
 */
export function fillMetric(
  plan: RowPlan,
  buffer: RowBuffer,
  metric: number,
  type: MetricColumn['type'],
  overflow: Overflow,
): number | null {
  const hasNulls = plan.groups.some((group) => columnOf(group, metric).valid !== null);
  const valid = hasNulls ? buffer.bytes(buffer.valids[metric] as number, plan.rows) : null;
  copyRuns(plan, buffer.words(buffer.values[metric] as number, 2 * plan.rows), valid, metric);
  const combineLongs = LONGS[type];
  const combineDoubles = DOUBLES[type];
  const at = buffer.values[metric] as number;
  if (combineLongs !== undefined) {
    const out = buffer.longs(at, plan.rows);
    touch(plan, metric, valid, BigInt64Array, (row, values, from, isFirst) => {
      const value = values[from] as bigint;
      const sum = isFirst ? value : combineLongs(out[row] as bigint, value);
      out[row] = sum;
      if (out[row] !== sum) overflow(row, sum);
    });
  } else if (combineDoubles !== undefined) {
    const out = buffer.doubles(at, plan.rows);
    touch(plan, metric, valid, Float64Array, (row, values, from, isFirst) => {
      const value = values[from] as number;
      out[row] = isFirst ? value : combineDoubles(out[row] as number, value);
    });
  }
  return hasNulls ? (buffer.valids[metric] as number) : null;
}

function columnOf(group: RowGroup, metric: number): NumberColumn {
  return group.metrics[metric] as NumberColumn;
}

function copyRuns(plan: RowPlan, words: Uint32Array, valid: Uint8Array | null, metric: number): void {
  let place = 0;
  for (const { group, from, to } of plan.runs) {
    const column = columnOf(group, metric);
    words.set(column.words.subarray(2 * from, 2 * to), 2 * place);
    if (valid !== null) {
      if (column.valid === null) valid.fill(1, place, place + to - from);
      else valid.set(column.valid.subarray(from, to), place);
    }
    place += to - from;
  }
}

type Add<V> = (row: number, values: V, from: number, isFirst: boolean) => void;

/** Calls `add` for each value that is added to a row; `isFirst` where the row has none yet. */
function touch<V>(
  plan: RowPlan,
  metric: number,
  valid: Uint8Array | null,
  view: new (buffer: ArrayBuffer) => V,
  add: Add<V>,
): void {
  for (const { group, from, to } of plan.touches) {
    const column = columnOf(group, metric);
    const values = new view(column.words.buffer);
    for (let index = 0; index < to.length; index++) {
      const row = to[index] as number;
      const source = from[index] as number;
      if (column.valid !== null && column.valid[source] === 0) continue;
      const isFirst = valid !== null && valid[row] === 0;
      if (isFirst) valid[row] = 1;
      add(row, values, source, isFirst);
    }
  }
}
