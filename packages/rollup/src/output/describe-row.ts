import { isoMillis } from '@hourmill/core';
import type { DimensionColumn } from '@hourmill/pipeline';
import { valueOfOrdered } from '@hourmill/record';
import type { RowPlan } from '../merge/row-plan.ts';
import type { RankedColumn } from '../rows/columns.ts';

/** Names the group of a planned row, for people: its time and its dimensions as JSON. */
export function describeRow(plan: RowPlan, row: number, dimensions: readonly DimensionColumn[]): string {
  let place = 0;
  for (const { group, from, to } of plan.runs) {
    const source = from + row - place;
    place += to - from;
    if (place <= row) continue;
    const values = dimensions.map((dimension, index) => {
      const entry = entryOf(group.dimensions[index] as RankedColumn, source);
      return entry === null ? null : valueOfOrdered(entry, dimension);
    });
    const text = JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    return `${isoMillis(group.times[source] ?? 0)} ${text}`;
  }
  return '?';
}

function entryOf({ ranks, block }: RankedColumn, row: number): Uint8Array | null {
  const rank = ranks[row] ?? 0;
  if (rank === 0) return null;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const values = 8 + 4 * (view.getUint32(0, true) + 1);
  const offset = 8 + 4 * (rank - 1);
  return block.subarray(values + view.getUint32(offset, true), values + view.getUint32(offset + 4, true));
}
