import type { RowGroup } from '../rows/row-group.ts';

/** Neighbouring rows [from, to) that stay neighbours. */
export interface Run {
  readonly group: RowGroup;
  readonly from: number;
  readonly to: number;
}

/** Of the plan's touches, those in [first, end): they add rows of this group. */
export interface TouchedBy {
  readonly group: RowGroup;
  readonly first: number;
  readonly end: number;
}

/** What the rows of a row group are made of: nothing is copied or computed yet. */
export interface RowPlan {
  readonly rows: number;
  /** In the order of the rows. */
  readonly runs: readonly Run[];
  /** Of base rows only, by the group of the added ones. */
  readonly touched: readonly TouchedBy[];
  /** Addresses of u32 by touch: the row, which ascends, and the row of the other group that is added to it. */
  readonly touchTo: number;
  readonly touchFrom: number;
}

/** The groups whose rows are copied, each once. */
export function copiedGroups({ runs }: RowPlan): RowGroup[] {
  return [...new Set(runs.map(({ group }) => group))];
}
