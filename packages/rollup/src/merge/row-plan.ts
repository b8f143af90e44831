import type { RowGroup } from '../rows/row-group.ts';

/** Neighbouring rows [from, to) that stay neighbours. */
export interface Run {
  readonly group: RowGroup;
  readonly from: number;
  readonly to: number;
}

/** Rows of `group` that are added to rows that are there: the i-th of `from` to the i-th of `to`, which ascend. */
export interface Touches {
  readonly group: RowGroup;
  readonly from: number[];
  readonly to: number[];
}

/** What the rows of a row group are made of. Plain data: nothing is copied or computed yet. */
export class RowPlan {
  readonly capacity: number;
  readonly runs: Run[] = [];
  readonly touches: Touches[] = [];
  #rows = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows === this.capacity;
  }

  /** The groups whose rows are copied, each once. */
  get groups(): readonly RowGroup[] {
    return [...new Set(this.runs.map(({ group }) => group))];
  }

  /** Rows as they are; none when `from` is `to`. */
  addRun(group: RowGroup, from: number, to: number): void {
    if (from === to) return;
    this.runs.push({ group, from, to });
    this.#rows += to - from;
  }

  /** What touches rows from here on. */
  touchesOf(group: RowGroup): Touches {
    const last = this.touches.at(-1);
    if (last?.group === group) return last;
    const touches = { group, from: [], to: [] };
    this.touches.push(touches);
    return touches;
  }
}
