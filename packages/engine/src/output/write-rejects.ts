import { REJECTS_FILE, type StageOneRequest, type StageOneResult, sha256 } from '@hourmill/core';
import { RejectsLog } from '@hourmill/record';
import type { RangeReject } from '../scan/range-rejects.ts';
import type { Placed } from './record-places.ts';

/**
 * Writes the rejects of all workers, which come in the order of positions, as one file.
 * @throws HM_LIMIT_003 when they take more than `maxBytes`
 */
export async function writeRejects(
  request: StageOneRequest,
  rejects: readonly Placed<RangeReject>[],
  maxBytes: number,
): Promise<Pick<StageOneResult, 'rejects' | 'rejectReasons'>> {
  const log = new RejectsLog(maxBytes);
  for (const { item, split, record } of rejects) {
    const { reason, detail } = item;
    log.add({ split: split.id, ordinal: split.ordinal, record }, item.record, { reason, detail });
  }
  const bytes = log.finish();
  if (bytes === null) return { rejects: null, rejectReasons: {} };
  const path = `${request.prefix}${REJECTS_FILE}`;
  await request.store.put(path, bytes, request.signal);
  return { rejects: { path, bytes: bytes.length, sha256: sha256(bytes) }, rejectReasons: log.reasons() };
}
