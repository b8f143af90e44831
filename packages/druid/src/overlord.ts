import { HourmillError } from '@hourmill/core';
import { objectIn, textIn } from './answer.ts';
import type { HttpClient } from './http-client.ts';
import { hasStatus } from './http-error.ts';
import type { NoopSpec, TaskSpec } from './task-spec.ts';

export interface TaskStatus {
  /** RUNNING covers waiting and pending. */
  readonly state: 'RUNNING' | 'SUCCESS' | 'FAILED';
  /** NONE, WAITING, PENDING or RUNNING, for people. */
  readonly runner: string;
  /** By the Overlord's clock, ISO with milliseconds; segment versions come from the same clock. */
  readonly createdTime: string;
  /** Druid's own error, shortened by Druid. */
  readonly errorMessage: string | null;
}

/** The task API: druid.apache.org/docs/33.0.0/api-reference/tasks-api. */
export interface Overlord {
  /** Where the leader is. @throws HM_DRUID_001 */
  leader(signal: AbortSignal): Promise<string>;
  /** Safe to repeat: a second task of an id is not taken, whatever became of the first. @throws HM_DRUID_001, HM_DRUID_002 */
  submit(task: TaskSpec | NoopSpec, signal: AbortSignal): Promise<'submitted' | 'attached'>;
  /** Undefined for a task that the Overlord does not know. May be repeated. */
  status(taskId: string, signal: AbortSignal): Promise<TaskStatus | undefined>;
  /** Undefined while there is none. May be repeated. */
  report(taskId: string, signal: AbortSignal): Promise<unknown>;
}

const API = '/druid/indexer/v1';

export function createOverlord(http: HttpClient): Overlord {
  const get = (path: string) => ({ service: 'Overlord', method: 'GET', path: `${API}${path}` }) as const;
  const status: Overlord['status'] = async (taskId, signal) => {
    const answer = await orMissing(http.repeatable(get(`/task/${encodeURIComponent(taskId)}/status`), signal));
    return answer === undefined ? undefined : taskStatusOf(answer);
  };
  return {
    status,
    leader: (signal) => leaderOf(http, 'Overlord', `${API}/leader`, signal),
    async submit(task, signal) {
      try {
        await http.repeatable({ service: 'Overlord', method: 'POST', path: `${API}/task`, body: task }, signal);
        return 'submitted';
      } catch (error) {
        if (isTaken(error) || (hasStatus(error, 400) && (await status(task.id, signal)) !== undefined))
          return 'attached';
        throw error;
      }
    },
    report: (taskId, signal) => orMissing(http.repeatable(get(`/task/${encodeURIComponent(taskId)}/reports`), signal)),
  };
}

/** The address of the leader, which is plain text. @throws HM_DRUID_001 when there is none */
export async function leaderOf(
  http: HttpClient,
  service: 'Overlord' | 'Coordinator',
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const leader = await http.text({ service, method: 'GET', path }, signal);
  if (leader !== '') return leader;
  throw new HourmillError('HM_DRUID_001', `Druid's ${service} has no leader at the moment`, { context: { service } });
}

/**
 * An id is taken for ever, also by a task that failed. Not every 400 says so by this code: two submissions at the same
 * moment get `invalidInput`, and older versions send no code. Those are told apart by asking for the task.
 */
function isTaken(error: unknown): boolean {
  return hasStatus(error, 400) && error.context.errorCode === 'entryAlreadyExists';
}

async function orMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

function taskStatusOf(answer: unknown): TaskStatus {
  const what = "a task's status";
  const status = objectIn(objectIn(answer, what).status, what);
  const code = textIn(status, 'statusCode', what);
  const { runnerStatusCode, errorMsg } = status;
  return {
    state: code === 'SUCCESS' || code === 'FAILED' ? code : 'RUNNING',
    runner: typeof runnerStatusCode === 'string' ? runnerStatusCode : code,
    createdTime: textIn(status, 'createdTime', what),
    errorMessage: typeof errorMsg === 'string' ? errorMsg : null,
  };
}
