import { HourmillError, type IndexOptions } from '@hourmill/core';
import type { Druid } from './druid.ts';
import type { TaskStatus } from './overlord.ts';
import { poll } from './poll.ts';
import { finalRowStatsOf, type RowStats } from './task-report.ts';

/**
 * Waits for a task's end, however it ends. Druid may be away in between.
 * @throws HM_DRUID_004 at the deadline, which leaves the task running; HM_DRUID_002 for a task that does not exist
 */
export async function waitForTask(druid: Druid, taskId: string, options: IndexOptions): Promise<TaskStatus> {
  const { clock, timing, target, overlord } = druid;
  const startMs = clock.now();
  return poll(
    async () => {
      const status = await overlord.status(taskId, options.signal);
      if (status === undefined) {
        if (clock.now() - startMs > timing.appearMs) throw unknownTask(taskId);
        return undefined;
      }
      if (status.state !== 'RUNNING') return status;
      const step = status.runner === 'RUNNING' ? 'running' : 'waiting';
      options.onProgress?.({ step, detail: `task ${taskId} is ${status.runner}` });
      return undefined;
    },
    {
      clock,
      timing,
      signal: options.signal,
      deadlineMs: target.taskTimeoutMs,
      expired: (last) => taskTimeout(taskId, target.taskTimeoutMs, last),
    },
  );
}

/**
 * The row statistics of a task that has ended. The report may appear a moment after the end.
 * @throws HM_DRUID_005 when it does not
 */
export async function finalRowStats(druid: Druid, taskId: string, signal: AbortSignal): Promise<RowStats> {
  const { clock, timing, overlord } = druid;
  const look = async () => {
    const report = await overlord.report(taskId, signal);
    return report === undefined ? undefined : finalRowStatsOf(report);
  };
  return poll(look, {
    clock,
    timing,
    signal,
    deadlineMs: timing.appearMs,
    expired: (last) =>
      new HourmillError(
        'HM_DRUID_005',
        `Druid has no report of task ${taskId}, so it is not known whether it read every row; ` +
          'Druid keeps reports where its property druid.indexer.logs.* says',
        { context: { taskId }, cause: last },
      ),
  });
}

function unknownTask(taskId: string): HourmillError {
  return new HourmillError('HM_DRUID_002', `Druid's Overlord does not know a task ${taskId}`, { context: { taskId } });
}

function taskTimeout(taskId: string, timeoutMs: number, last: HourmillError | undefined): HourmillError {
  const because = last === undefined ? '' : `; the last look at it failed: ${last.message}`;
  return new HourmillError(
    'HM_DRUID_004',
    `Druid's task ${taskId} did not end within ${timeoutMs} ms and was left running${because}. Run the hour again to attach to it`,
    { context: { taskId, timeoutMs }, cause: last },
  );
}
