import { REJECTS_FILE, type StageOneRequest, type StageOneResult, sha256 } from '@hourmill/core';
import { RejectsLog } from '@hourmill/record';
import type { Board } from '../exchange/board.ts';
import type { Range } from '../plan/ranges.ts';
import type { RangeReject } from '../scan/range-rejects.ts';

/**
 * Writes the rejects of all workers as one file, in the order of positions. Only now is the ordinal of a record in its split
 * known: the ranges before its own had to be scanned.
 * @throws HM_LIMIT_003 when they take more than `maxBytes`
 */
export async function writeRejects(
  request: StageOneRequest,
  ranges: readonly Range[],
  board: Board,
  rejects: readonly RangeReject[],
  maxBytes: number,
): Promise<Pick<StageOneResult, 'rejects' | 'rejectReasons'>> {
  const log = new RejectsLog(maxBytes);
  const firstRecords = firstRecordsOf(ranges, board);
  const placed = rejects.map((reject) => ({ ...reject, range: rangeOf(ranges, reject.range) }));
  placed.sort((a, b) => a.range.split - b.range.split || a.range.from - b.range.from || a.index - b.index);
  for (const { range, index, record, reason, detail } of placed) {
    const split = request.plan.splits[range.split];
    if (split === undefined) continue;
    const place = { split: split.id, ordinal: split.ordinal, record: (firstRecords.get(range) ?? 0) + index };
    log.add(place, record, { reason, detail });
  }
  const bytes = log.finish();
  if (bytes === null) return { rejects: null, rejectReasons: {} };
  const path = `${request.prefix}${REJECTS_FILE}`;
  await request.store.put(path, bytes, request.signal);
  return { rejects: { path, bytes: bytes.length, sha256: sha256(bytes) }, rejectReasons: log.reasons() };
}

function rangeOf(ranges: readonly Range[], index: number): Range {
  return ranges[index] ?? { split: 0, from: 0, to: 0 };
}

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
