import type { Kernel } from '@hourmill/kernel';
import type { RowGroup } from '../rows/row-group.ts';
import { Interleaver, type Place } from './interleaver.ts';
import { copiedGroups, type RowPlan } from './row-plan.ts';

/** Rows that come group by group. */
interface SortedRows {
  /** Null behind the last row. */
  readonly group: RowGroup | null;
  /** The next row of the group. */
  row: number;
  /** Makes `row` one of `group`, or `group` null. */
  settle(): Promise<void>;
}

/**
 * Plans row groups of so many rows, of which only the last may have fewer, of the rows of two. No row is of the same group of
 * events as another one of its side. A plan is good until the next one is asked for: then the groups that are used up are disposed.
 */
export async function* mergeRows(
  kernel: Kernel,
  base: SortedRows,
  added: SortedRows,
  rowsAGroup: number,
): AsyncGenerator<RowPlan> {
  const rows = new Interleaver(kernel, rowsAGroup);
  await Promise.all([base.settle(), added.settle()]);
  while (base.group !== null || added.group !== null) {
    if (base.group === null) added.row = rows.takeRest(added as Place);
    else if (added.group === null) base.row = rows.takeRest(base as Place);
    else {
      const next = rows.interleave(base as Place, added as Place);
      base.row = next.base;
      added.row = next.added;
    }
    await base.settle();
    await added.settle();
    if (rows.isFull || (base.group === null && added.group === null)) {
      const plan = rows.take();
      if (plan.rows > 0) yield plan;
      disposeUsed(plan, [base.group, added.group]);
    }
  }
}

function disposeUsed(plan: RowPlan, current: readonly (RowGroup | null)[]): void {
  const used = new Set([...copiedGroups(plan), ...plan.touched.map(({ group }) => group)]);
  for (const group of used) if (!current.includes(group)) group[Symbol.dispose]();
}
