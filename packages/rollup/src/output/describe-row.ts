import { isoMillis } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { DimensionColumn } from '@hourmill/pipeline';
import { valueOfOrdered } from '@hourmill/record';
import type { RowPlan } from '../merge/row-plan.ts';
import type { RankedColumn } from '../rows/columns.ts';

/** Names the group in a planned row, for people: its time and its dimensions as JSON. */
export function describeRow(
  kernel: Kernel,
  { runs }: RowPlan,
  row: number,
  dimensions: readonly DimensionColumn[],
): string {
  let place = 0;
  const run = runs.find(({ from, to }) => {
    place += to - from;
    return place > row;
  });
  if (run === undefined) return `row ${row}`;
  const source = run.to - (place - row);
  const values = dimensions.map((dimension, index) => {
    const entry = entryOf(kernel, run.group.dimensions[index] as RankedColumn, source);
    return entry === null ? null : valueOfOrdered(entry, dimension);
  });
  const text = JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return `${isoMillis(Number(kernel.view.getBigInt64(run.group.times + 8 * source, true)))} ${text}`;
}

/** An entry of a dictionary: see the kernel's `assembly/merge/dictionary-block.ts` for the block. */
function entryOf({ bytes, words }: Kernel, { ranks, block }: RankedColumn, row: number): Uint8Array | null {
  const rank = words[ranks / 4 + row] ?? 0;
  if (rank === 0) return null;
  const offsets = block / 4 + 2;
  const values = block + 8 + 4 * ((words[block / 4] ?? 0) + 1);
  return bytes.slice(values + (words[offsets + rank - 1] ?? 0), values + (words[offsets + rank] ?? 0));
}
