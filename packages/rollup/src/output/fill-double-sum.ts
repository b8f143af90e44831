import type { RowPlan } from '../merge/row-plan.ts';
import type { RowGroup } from '../rows/row-group.ts';
import { ExactSum, type SumBytes } from '../sums/exact-sum.ts';
import type { GrowingSums, SumColumn } from '../sums/sum-column.ts';
import type { RowBuffer } from './row-buffer.ts';

/** A sum that left the range of a double, in which row. */
export type DoubleOverflow = (row: number) => never;

/**
 * Writes the exact sums of the planned rows, and the doubles of those that are touched: the others stay what they are.
 * @param sum which of the sums of doubles it is, and `metric` which of all metrics
 */
export function fillDoubleSum(
  plan: RowPlan,
  buffer: RowBuffer,
  metric: number,
  sum: number,
  sums: GrowingSums,
  overflow: DoubleOverflow,
): void {
  const doubles = buffer.doubles(buffer.values[metric] as number, plan.rows);
  const valid = buffer.bytes(buffer.valids[metric] as number, plan.rows);
  const exact = new ExactSum();
  const touches = touchedRows(plan);
  let next = touches.next();
  let place = 0;
  for (const run of plan.runs) {
    const end = place + run.to - run.from;
    const { group } = run;
    const column = sumsOf(group, sum);
    let from = group.firstSum + run.from;
    while (!next.done && next.value.row < end) {
      const { row, group: added, from: source } = next.value;
      const to = group.firstSum + run.from + row - place;
      sums.copy(column, from, to);
      exact.add(bytesOf(column, to), bytesOf(sumsOf(added, sum), added.firstSum + source));
      sums.add(exact.encoded);
      if (exact.encoded.length > 0) {
        doubles[row] = exact.nearestDouble() ?? overflow(row);
        valid[row] = 1;
      }
      from = to + 1;
      next = touches.next();
    }
    sums.copy(column, from, group.firstSum + run.to);
    place = end;
  }
}

function* touchedRows(plan: RowPlan): Generator<{ row: number; group: RowGroup; from: number }, undefined> {
  for (const { group, from, to } of plan.touches) {
    for (let index = 0; index < to.length; index++) {
      yield { row: to[index] as number, group, from: from[index] as number };
    }
  }
}

function sumsOf(group: RowGroup, sum: number): SumColumn {
  return group.sums[sum] as SumColumn;
}

function bytesOf({ values, starts }: SumColumn, row: number): SumBytes {
  return { bytes: values, from: starts[row] as number, to: starts[row + 1] as number };
}
