import { HourmillError } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { Scratch } from '../kernel/scratch.ts';
import { copiedGroups, type RowPlan } from '../merge/row-plan.ts';
import { uniteBlocks } from '../merge/shared-ranks.ts';
import type { RankedColumn } from '../rows/columns.ts';
import type { RowGroup } from '../rows/row-group.ts';

/** Writes the times of the planned rows as multiples of `widthMs` behind the first of them. @returns the first time */
export function fillTimes(kernel: Kernel, { runs }: RowPlan, out: number, widthMs: number): bigint {
  const [first] = runs;
  const startMs = first === undefined ? 0n : kernel.view.getBigInt64(first.group.times + 8 * first.from, true);
  let place = out;
  for (const { group, from, to } of runs) {
    const times = group.times + 8 * from;
    const inOrder = kernel.exports.bucketsOfTimes(times, to - from, startMs, BigInt(widthMs), place);
    if (inOrder === 0) {
      throw new HourmillError(
        'HM_LEDGER_004',
        `a part has times that are not in order, or not of this definition's queryGranularity of ${widthMs} ms`,
      );
    }
    place += 4 * (to - from);
  }
  return startMs;
}

/** Writes a dimension of the planned rows. @returns the address of its dictionary, as long as the scratch space lives */
export function fillDimension(kernel: Kernel, scratch: Scratch, plan: RowPlan, dimension: number, out: number): number {
  const { moveBytes, translateCodes } = kernel.exports;
  const groups = copiedGroups(plan);
  const blocks = groups.map((group) => columnOf(group, dimension).block);
  const united = blocks.length === 1 ? null : uniteBlocks(kernel, scratch, blocks);
  const tables = new Map(groups.map((group, index) => [group, united?.tables[index]]));
  let place = out;
  for (const { group, from, to } of plan.runs) {
    const ranks = columnOf(group, dimension).ranks + 4 * from;
    const table = tables.get(group);
    if (table === undefined) moveBytes(place, ranks, 4 * (to - from));
    else translateCodes(ranks, to - from, table, place);
    place += 4 * (to - from);
  }
  return united?.block ?? blocks[0] ?? 0;
}

function columnOf(group: RowGroup, dimension: number): RankedColumn {
  return group.dimensions[dimension] as RankedColumn;
}
