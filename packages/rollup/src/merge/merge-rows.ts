import type { Kernel } from '@hourmill/kernel';
import type { RowGroup } from '../rows/row-group.ts';
import { Order } from './order.ts';
import { RowPlan } from './row-plan.ts';

/** Rows that come group by group: {@link StoredRows} of the parts. */
export interface SortedRows {
  /** Null behind the last row. */
  readonly group: RowGroup | null;
  /** The next row of the group. */
  row: number;
  /** Makes `row` one of `group`, or `group` null. */
  settle(): Promise<void>;
}

/**
 * Plans row groups of so many rows, of which only the last may have fewer, of the rows of two. No row compares as equal to another
 * one of its side. Each plan is used up before the next one is made.
 */
export async function* mergeRows(
  kernel: Kernel,
  base: SortedRows,
  added: SortedRows,
  rowsAGroup: number,
): AsyncGenerator<RowPlan> {
  let plan = new RowPlan(rowsAGroup);
  await Promise.all([base.settle(), added.settle()]);
  let order: Order | null = null;
  while (base.group !== null || added.group !== null) {
    if (base.group === null || added.group === null) {
      takeRest(base.group === null ? added : base, plan);
    } else {
      order = orderOf(kernel, base.group, added.group, order);
      interleave(order, base, added, plan);
    }
    await base.settle();
    await added.settle();
    if (plan.isFull) {
      yield plan;
      plan = new RowPlan(rowsAGroup);
    }
  }
  if (plan.rows > 0) yield plan;
}

/** The one that is there, if it is of these groups. */
function orderOf(kernel: Kernel, base: RowGroup, added: RowGroup, known: Order | null): Order {
  return known !== null && known.left === base && known.right === added ? known : new Order(kernel, base, added);
}

/** One side has ended: rows of the other one's group, as far as there is room. */
function takeRest(side: SortedRows, plan: RowPlan): void {
  if (side.group === null) return;
  const from = side.row;
  side.row = Math.min(side.group.rows, from + plan.capacity - plan.rows);
  plan.addRun(side.group, from, side.row);
}

/** Takes rows of both until one group is at its end or the plan is full. */
function interleave(order: Order, base: SortedRows, added: SortedRows, plan: RowPlan): void {
  const { left: baseGroup, right: addedGroup } = order;
  const touches = plan.touchesOf(addedGroup);
  const end = addedGroup.rows;
  let left = base.row;
  let right = added.row;
  while (left < baseGroup.rows && right < end && !plan.isFull) {
    const from = left;
    const last = Math.min(baseGroup.rows, left + plan.capacity - plan.rows);
    let apart = -1;
    while (left < last && right < end) {
      apart = order.compare(left, right);
      if (apart > 0) break;
      if (apart === 0) {
        touches.to.push(plan.rows + left - from);
        touches.from.push(right);
        right++;
      }
      left++;
    }
    plan.addRun(baseGroup, from, left);
    if (apart <= 0 || plan.isFull) continue;
    const first = right;
    const most = Math.min(end, right + plan.capacity - plan.rows);
    do right++;
    while (right < most && order.compare(left, right) > 0);
    plan.addRun(addedGroup, first, right);
  }
  base.row = left;
  added.row = right;
}
