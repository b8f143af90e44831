import { type HandOver, HourmillError, type IndexOptions, type ServedNumbers } from '@hourmill/core';
import type { Druid } from './druid.ts';
import { poll } from './poll.ts';

/** Waits until nothing of an emptied hour is served. @throws HM_DRUID_006 at `loadTimeoutMs` */
export async function verifyEmptyHour(
  druid: Druid,
  handOver: HandOver,
  taskId: string,
  options: IndexOptions,
): Promise<ServedNumbers> {
  const { clock, timing, target, broker } = druid;
  const { dataSource, loadTimeoutMs } = target;
  const { chunk } = handOver.manifest.plan;
  const look = async () => {
    const served = await broker.servedSegments(dataSource, chunk, options.signal);
    if (served.length === 0) return true;
    options.onProgress?.({ step: 'loading', detail: `the Broker still serves segment ${served[0]}` });
    return undefined;
  };
  const expired = (last: HourmillError | undefined) =>
    new HourmillError('HM_DRUID_006', `Druid still serves rows of the emptied hour after ${loadTimeoutMs} ms`, {
      context: { dataSource, taskId, timeoutMs: loadTimeoutMs },
      cause: last,
    });
  await poll(look, { clock, timing, signal: options.signal, deadlineMs: loadTimeoutMs, expired });
  return { taskId, segments: 0, rows: 0, sums: {} };
}
