import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { RowPlan, Run, TouchedBy } from '../merge/row-plan.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { NumberColumn } from '../rows/columns.ts';
import type { GrowingSums } from '../sums/growing-sums.ts';
import type { SumColumn } from '../sums/part-sums.ts';

/** Of a sum that left the range of a double, in which row. */
export type DoubleOverflow = (row: number) => never;

/** Of the exact sums that one call of the kernel writes. It wants 128 KiB of them left for the longest sum. */
const OUT_BYTES = 1 << 20;
/** Answers of the kernel's `mergeSums`. */
const OVERFLOW = 2;
const NO_SUM = 3;

/** Words of the kernel's job. */
const JOB = { from: 11, row: 12, touch: 13, bytes: 14 } as const;

/**
 * Writes the exact sums of the planned rows, and the doubles of those that are touched: the others stay what they are.
 * @param sum which of the sums of doubles it is
 * @param out the metric's column, with flags in any case
 */
export function fillDoubleSum(
  kernel: Kernel,
  plan: RowPlan,
  sum: number,
  out: NumberColumn,
  sums: GrowingSums,
  overflow: DoubleOverflow,
): void {
  using scratch = new Scratch(kernel);
  const lengths = scratch.allocate(2 * plan.rows);
  const bytes = scratch.allocate(OUT_BYTES);
  const job = scratch.allocate(4 * 16);
  const { touchTo, touchFrom } = plan;
  for (const { run, place, to, by, first, end } of pieces(kernel, plan)) {
    const column = run.group.sums[sum] as SumColumn;
    const other = by?.group.sums[sum] ?? column;
    const otherStarts = other.starts + 4 * (by?.group.firstSum ?? 0);
    const addresses = [column.lengths, column.starts, column.values, other.lengths, otherStarts, other.values];
    let from = run.group.firstSum + run.from;
    let done = first;
    let row = place;
    for (const last = from + to - place; from < last; ) {
      const outputs = [out.values, out.valid, lengths, bytes, bytes + OUT_BYTES];
      kernel.words.set([...addresses, ...outputs, from, from, 0, 0], job / 4);
      const touches = [touchTo + 4 * done, touchFrom + 4 * done, end - done] as const;
      const answer = kernel.exports.mergeSums(job, last, row, ...touches);
      const words = kernel.words.subarray(job / 4, job / 4 + 16);
      const next = words[JOB.row] as number;
      done += words[JOB.touch] as number;
      if (answer === OVERFLOW) overflow(kernel.words[touchTo / 4 + done] as number);
      if (answer === NO_SUM) unreadable('a file of exact sums has bytes that are none');
      const { buffer } = kernel.bytes;
      sums.add(new Uint16Array(buffer, lengths, next - from), new Uint8Array(buffer, bytes, words[JOB.bytes]));
      row += next - from;
      from = next;
    }
  }
}

/** A piece of a run whose touches are all by one group: rows [place, to) of the plan, touches [first, end). */
interface Piece {
  readonly run: Run;
  readonly place: number;
  readonly to: number;
  readonly by: TouchedBy | undefined;
  readonly first: number;
  readonly end: number;
}

function* pieces(kernel: Kernel, { runs, touched, touchTo }: RowPlan): Generator<Piece> {
  const rowOf = (touch: number): number => kernel.words[touchTo / 4 + touch] as number;
  const touches = touched.at(-1)?.end ?? 0;
  let place = 0;
  let touch = 0;
  for (const run of runs) {
    const runEnd = place + run.to - run.from;
    let { from } = run;
    while (place < runEnd) {
      const first = touch;
      const by = touch < touches && rowOf(touch) < runEnd ? touched.find(({ end }) => touch < end) : undefined;
      const most = by?.end ?? touch;
      touch = firstTouch(rowOf, first, most, runEnd);
      const to = touch < touches && touch === most ? Math.min(runEnd, rowOf(touch)) : runEnd;
      yield { run: { ...run, from }, place, to, by, first, end: touch };
      from += to - place;
      place = to;
    }
  }
}

/** The first touch in [first, end) of a row at `row` or behind it. Rows ascend. */
function firstTouch(rowOf: (touch: number) => number, first: number, end: number, row: number): number {
  let [low, high] = [first, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowOf(middle) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
