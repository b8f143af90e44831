import type { Plan, Split } from '@hourmill/core';
import type { Board } from '../exchange/board.ts';
import type { Range } from '../plan/ranges.ts';

/** Where a worker met a record: a range, and the record's ordinal in it. */
export interface InRange {
  readonly range: number;
  readonly index: number;
}

/** The position of a record. */
export interface Placed<T> {
  readonly item: T;
  readonly split: Split;
  /** Ordinal of the record in its split, from 0. */
  readonly record: number;
}

/**
 * In the order of positions, whoever met them. Only now, after the scan, is the ordinal of a record in its split known: the
 * ranges before its own had to be scanned.
 */
export function placeRecords<T extends InRange>(
  plan: Plan,
  ranges: readonly Range[],
  board: Board,
  items: readonly T[],
): Placed<T>[] {
  const firstRecords = firstRecordsOf(ranges, board);
  const placed = items.map((item) => ({ item, range: ranges[item.range] ?? NO_RANGE }));
  placed.sort((a, b) => a.range.split - b.range.split || a.range.from - b.range.from || a.item.index - b.item.index);
  return placed.flatMap(({ item, range }) => {
    const split = plan.splits[range.split];
    return split === undefined ? [] : [{ item, split, record: (firstRecords.get(range) ?? 0) + item.index }];
  });
}

const NO_RANGE: Range = { split: -1, from: 0, to: 0 };

/** How many records of its split lie before each range. */
function firstRecordsOf(ranges: readonly Range[], board: Board): ReadonlyMap<Range, number> {
  const inOrder = ranges.map((range, index) => ({ range, index }));
  inOrder.sort((a, b) => a.range.split - b.range.split || a.range.from - b.range.from);
  const firsts = new Map<Range, number>();
  let split = -1;
  let records = 0;
  for (const { range, index } of inOrder) {
    if (range.split !== split) records = 0;
    split = range.split;
    firsts.set(range, records);
    records += board.records(index);
  }
  return firsts;
}
