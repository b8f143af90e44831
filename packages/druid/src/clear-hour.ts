import { HourmillError, type IndexOptions, type TimeChunk } from '@hourmill/core';
import { clearSpec } from './clear-spec.ts';
import type { Druid } from './druid.ts';
import { poll } from './poll.ts';
import { refreshOnce } from './refresh-once.ts';
import { clearTaskId } from './task-id.ts';
import { waitForTask } from './wait-for-task.ts';

/**
 * Empties an hour and waits until nothing of it is served. An hour that is empty already stays so.
 * @throws HM_DRUID_003 when the task fails, HM_DRUID_004 and HM_DRUID_006 at the deadlines
 */
export async function clearHour(druid: Druid, chunk: TimeChunk, options: IndexOptions): Promise<void> {
  const { clock, timing, target, overlord, coordinator, broker } = druid;
  const { dataSource, loadTimeoutMs } = target;
  if ((await coordinator.published(dataSource, chunk, options.signal)).length === 0) return;
  const taskId = clearTaskId(dataSource, chunk, clock.now());
  await overlord.submit(clearSpec(dataSource, chunk, taskId), options.signal);
  const { state, errorMessage } = await waitForTask(druid, taskId, options);
  if (state === 'FAILED') {
    throw new HourmillError('HM_DRUID_003', `Druid's task ${taskId} failed: ${errorMessage ?? 'no message'}`, {
      context: { taskId },
    });
  }
  const refreshed = refreshOnce(druid, chunk);
  const look = async () => {
    const served = await broker.servedSegments(dataSource, chunk, options.signal);
    if (served.length === 0) return true;
    await refreshed(options.signal);
    options.onProgress?.({ step: 'loading', detail: `the Broker still serves segment ${served[0]}` });
    return undefined;
  };
  const expired = (last: HourmillError | undefined) =>
    new HourmillError('HM_DRUID_006', `Druid still serves rows of the emptied hour after ${loadTimeoutMs} ms`, {
      context: { dataSource, taskId, timeoutMs: loadTimeoutMs },
      cause: last,
    });
  await poll(look, { clock, timing, signal: options.signal, deadlineMs: loadTimeoutMs, expired });
}
