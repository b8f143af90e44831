import type { IndexOptions } from '@hourmill/core';
import type { Druid } from './druid.ts';
import { waitForTask } from './wait-for-task.ts';

/**
 * Takes a task id out of use: by a task that does nothing, unless there is a task of this id already, which is waited
 * for. Druid takes an id once, for ever, so whoever sends the real task later only attaches to the one that did nothing.
 * Unlike the real task's own spec this needs no manifest, and publishes nothing that is about to be replaced.
 * @throws HM_DRUID_004 when a real task does not end in time
 */
export async function retireTask(druid: Druid, taskId: string, options: IndexOptions): Promise<void> {
  const { dataSource } = druid.target;
  await druid.overlord.submit({ type: 'noop', id: taskId, dataSource, runTime: 0 }, options.signal);
  await waitForTask(druid, taskId, options);
}
