import type { LateFile, StageOneRequest, StageOneResult } from '@hourmill/core';
import { LateLog, lateSource } from '@hourmill/sidecar';
import type { LateRecord } from '../scan/range-late.ts';
import type { Placed } from './record-places.ts';

/**
 * Writes the late rows of all workers, which come in the order of positions, into the late areas of their hours.
 * @throws HM_LIMIT_005 when they take more than they may
 */
export async function writeLate(
  { plan, store, signal, late }: StageOneRequest,
  records: readonly Placed<LateRecord>[],
): Promise<Pick<StageOneResult, 'late'>> {
  if (late === undefined || plan.late === undefined) return {};
  const log = new LateLog(late.maxBytes);
  for (const { item, split, record } of records) {
    const place = { source: lateSource(split), record: item.record.message?.offset ?? record };
    log.add(item.hourMs, place, item.record);
  }
  const files: LateFile[] = [];
  for (const { file, bytes } of log.finish(plan, late.runId)) {
    await store.put(file.path, bytes, signal);
    files.push(file);
  }
  return { late: files };
}
