import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { RowGroup } from '../rows/row-group.ts';
import type { RowPlan, Run, TouchedBy } from './row-plan.ts';
import { uniteBlocks } from './shared-ranks.ts';

/** Words of a run: side, from, to. */
const RUN_WORDS = 3;
/** Words of the state: left row, right row, rows so far, runs, touches. */
const STATE_WORDS = 5;

/** Where the next row of a side is. */
export interface Place {
  readonly group: RowGroup;
  readonly row: number;
}

/** Plans row groups of sorted rows of two sides, with arrays in the kernel: see its `assembly/stored/interleave.ts`. */
export class Interleaver {
  readonly #kernel: Kernel;
  readonly #scratch: Scratch;
  readonly #capacity: number;
  readonly #state: number;
  readonly #runsAt: number;
  readonly #touchTo: number;
  readonly #touchFrom: number;
  #order: { left: RowGroup; right: RowGroup; at: number; scratch: Scratch } | null = null;
  #runs: Run[] = [];
  #touched: TouchedBy[] = [];
  #touches = 0;
  #rows = 0;

  /** @param capacity rows of a row group */
  constructor(kernel: Kernel, capacity: number) {
    this.#kernel = kernel;
    this.#capacity = capacity;
    this.#scratch = new Scratch(kernel);
    this.#state = this.#scratch.allocate(4 * STATE_WORDS);
    // A call may add one empty run's worth more than there are rows.
    this.#runsAt = this.#scratch.allocate(4 * RUN_WORDS * (capacity + 1));
    this.#touchTo = this.#scratch.allocate(4 * capacity);
    this.#touchFrom = this.#scratch.allocate(4 * capacity);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows === this.#capacity;
  }

  /** The other side has ended: takes rows as far as there is room. @returns the row behind them */
  takeRest({ group, row }: Place): number {
    const to = Math.min(group.rows, row + this.#capacity - this.#rows);
    this.#runs.push({ group, from: row, to });
    this.#rows += to - row;
    return to;
  }

  /** Takes rows of both until one group is at its end or there is no more room. @returns the rows behind them */
  interleave(base: Place, added: Place): { readonly base: number; readonly added: number } {
    const { words, exports } = this.#kernel;
    const order = this.#orderOf(base.group, added.group);
    const first = this.#touches;
    const state = this.#state / 4;
    words.set([base.row, added.row, this.#rows, 0, first], state);
    const ends = [base.group.rows, added.group.rows] as const;
    const { interleave } = exports;
    interleave(order, this.#state, ...ends, this.#capacity, this.#runsAt, this.#touchTo, this.#touchFrom);
    const [left = 0, right = 0, rows = 0, runs = 0, touches = 0] = this.#kernel.words.subarray(
      state,
      state + STATE_WORDS,
    );
    this.#addRuns(runs, [base.group, added.group]);
    if (touches > first) this.#touched.push({ group: added.group, first, end: touches });
    this.#rows = rows;
    this.#touches = touches;
    return { base: left, added: right };
  }

  /** The plan so far; the next one begins. It is good until then. */
  take(): RowPlan {
    const [runs, touched, rows] = [this.#runs, this.#touched, this.#rows];
    this.#runs = [];
    this.#touched = [];
    this.#touches = 0;
    this.#rows = 0;
    return { rows, runs, touched, touchTo: this.#touchTo, touchFrom: this.#touchFrom };
  }

  #addRuns(count: number, groups: readonly [RowGroup, RowGroup]): void {
    const words = this.#kernel.words.subarray(this.#runsAt / 4, this.#runsAt / 4 + RUN_WORDS * count);
    for (let at = 0; at < words.length; at += RUN_WORDS) {
      const [side = 0, from = 0, to = 0] = words.subarray(at, at + RUN_WORDS);
      this.#runs.push({ group: groups[side] as RowGroup, from, to });
    }
  }

  /** How rows of these two groups compare. Dictionaries are united once for all calls with them. */
  #orderOf(left: RowGroup, right: RowGroup): number {
    if (this.#order?.left === left && this.#order.right === right) return this.#order.at;
    this.#order?.scratch[Symbol.dispose]();
    const scratch = new Scratch(this.#kernel);
    const dimensions = left.dimensions.flatMap(({ ranks, block }, index) => {
      const other = right.dimensions[index] ?? { ranks: 0, block: 0 };
      const [leftTable = 0, rightTable = 0] = uniteBlocks(this.#kernel, scratch, [block, other.block]).tables;
      return [ranks, leftTable, other.ranks, rightTable];
    });
    const at = scratch.words([left.times, right.times, left.dimensions.length, ...dimensions]);
    this.#order = { left, right, at, scratch };
    return at;
  }
}
