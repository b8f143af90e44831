import { HourmillError } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { Scratch } from '../kernel/scratch.ts';
import type { RowPlan } from '../merge/row-plan.ts';
import { uniteBlocks } from '../merge/shared-ranks.ts';
import type { RankedColumn } from '../rows/columns.ts';
import type { RowGroup } from '../rows/row-group.ts';
import type { RowBuffer } from './row-buffer.ts';

/** Writes the times of the planned rows as multiples of `widthMs` behind the first of them. @returns the first time */
export function fillTimes(plan: RowPlan, buffer: RowBuffer, widthMs: number): number {
  const buckets = buffer.words(buffer.buckets, plan.rows);
  const first = plan.runs[0];
  const startMs = first?.group.times[first.from] ?? 0;
  let out = 0;
  for (const { group, from, to } of plan.runs) {
    const { times } = group;
    for (let row = from; row < to; row++) {
      const bucket = ((times[row] as number) - startMs) / widthMs;
      const word = bucket >>> 0;
      if (word !== bucket) throw outOfOrder(startMs, times[row] as number);
      buckets[out++] = word;
    }
  }
  return startMs;
}

function outOfOrder(startMs: number, timeMs: number): HourmillError {
  return new HourmillError(
    'HM_LEDGER_004',
    `a part has rows of the times ${startMs} and ${timeMs}: not in order, or not of this definition's queryGranularity`,
  );
}

/** Writes a dimension of the planned rows. @returns the address of its dictionary, as long as the scratch space lives */
export function fillDimension(
  kernel: Kernel,
  scratch: Scratch,
  plan: RowPlan,
  buffer: RowBuffer,
  dimension: number,
): number {
  const { groups } = plan;
  const columns = groups.map((group) => columnOf(group, dimension));
  const distinct = [...new Set(columns.map(({ block }) => block))];
  const united = distinct.length === 1 ? null : uniteBlocks(kernel, scratch, distinct);
  const block = united?.block ?? scratch.copyIn(distinct[0] as Uint8Array);
  const tables = new Map(
    groups.map((group, index) => [group, united?.tables[distinct.indexOf((columns[index] as RankedColumn).block)]]),
  );
  const out = buffer.words(buffer.ranks[dimension] as number, plan.rows);
  let place = 0;
  for (const { group, from, to } of plan.runs) {
    const ranks = columnOf(group, dimension).ranks.subarray(from, to);
    const table = tables.get(group);
    if (table === undefined) out.set(ranks, place);
    else for (let row = 0; row < ranks.length; row++) out[place + row] = table[ranks[row] as number] as number;
    place += to - from;
  }
  return block;
}

function columnOf(group: RowGroup, dimension: number): RankedColumn {
  return group.dimensions[dimension] as RankedColumn;
}
