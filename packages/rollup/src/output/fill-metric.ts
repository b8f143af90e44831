import type { Kernel } from '@hourmill/kernel';
import type { MetricColumn } from '@hourmill/pipeline';
import { copiedGroups, type RowPlan } from '../merge/row-plan.ts';
import type { NumberColumn } from '../rows/columns.ts';
import type { RowGroup } from '../rows/row-group.ts';

/** Kinds of the kernel's `assembly/stored/combine.ts`. */
const KINDS = { count: 0, longSum: 0, longMin: 1, doubleMin: 1, longMax: 2, doubleMax: 2 } as const;

/** Of the touch whose sum leaves its range. */
export type Overflow = (row: number, sum: bigint) => never;

/**
 * Writes a metric of the planned rows: copies runs, then combines where a row is touched. A `doubleSum` is only copied.
 * @param out its column in the kernel; without nulls the flags are not written, and `valid` of the answer is 0
 */
export function fillMetric(
  kernel: Kernel,
  plan: RowPlan,
  metric: number,
  type: MetricColumn['type'],
  out: NumberColumn,
  overflow: Overflow,
): NumberColumn {
  const hasNulls = copiedGroups(plan).some((group) => columnOf(group, metric).valid !== 0);
  const column = hasNulls ? out : { ...out, valid: 0 };
  copyRuns(kernel, plan, metric, column);
  if (type !== 'doubleSum') combine(kernel, plan, metric, type, column, overflow);
  return column;
}

function columnOf(group: RowGroup, metric: number): NumberColumn {
  return group.metrics[metric] as NumberColumn;
}

function copyRuns(kernel: Kernel, { runs }: RowPlan, metric: number, out: NumberColumn): void {
  const { moveBytes } = kernel.exports;
  let place = 0;
  for (const { group, from, to } of runs) {
    const { values, valid } = columnOf(group, metric);
    const rows = to - from;
    moveBytes(out.values + 8 * place, values + 8 * from, 8 * rows);
    if (out.valid !== 0) {
      if (valid === 0) kernel.bytes.fill(1, out.valid + place, out.valid + place + rows);
      else moveBytes(out.valid + place, valid + from, rows);
    }
    place += rows;
  }
}

function combine(
  kernel: Kernel,
  { touched, touchTo, touchFrom }: RowPlan,
  metric: number,
  type: Exclude<MetricColumn['type'], 'doubleSum'>,
  out: NumberColumn,
  overflow: Overflow,
): void {
  const { combineDoubles, combineLongs } = kernel.exports;
  for (const { group, first, end } of touched) {
    const { values, valid } = columnOf(group, metric);
    const rows = [touchTo + 4 * first, touchFrom + 4 * first] as const;
    const count = end - first;
    if (type.startsWith('double')) {
      combineDoubles(KINDS[type], out.values, out.valid, values, valid, ...rows, count);
      continue;
    }
    const done = combineLongs(KINDS[type], out.values, out.valid, values, valid, ...rows, count);
    if (done === count) continue;
    const row = kernel.words[rows[0] / 4 + done] as number;
    const source = kernel.words[rows[1] / 4 + done] as number;
    const value = (at: number) => kernel.view.getBigInt64(at, true);
    overflow(row, value(out.values + 8 * row) + value(values + 8 * source));
  }
}
