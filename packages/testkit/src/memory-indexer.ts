import {
  type ErrorCode,
  type HandOver,
  HourmillError,
  type Indexer,
  type ServedNumbers,
  type Sums,
  type TaskOutcome,
  type TimeChunk,
} from '@hourmill/core';

type Step = 'ping' | 'submit' | 'wait' | 'verify' | 'clear';

/** Where a {@link MemoryIndexer} breaks: before the step has any effect, or after it, as a lost answer would. */
export interface IndexerFailpoint {
  readonly step: Step;
  readonly when: 'before' | 'after';
  readonly code: ErrorCode;
}

/**
 * A Druid of a few maps: tasks by id, and for each hour what the task that ended last has made of it. A task runs when
 * it is waited for, once. Set `failpoint` to break the next call of a step; it breaks once.
 */
export class MemoryIndexer implements Indexer {
  /** Task ids in the order in which they first arrived. */
  readonly submitted: string[] = [];
  /** What is served, by start of the hour. */
  readonly hours = new Map<number, { readonly taskId: string; readonly rows: number; readonly sums: Sums }>();
  readonly #outcomes = new Map<string, TaskOutcome>();
  failpoint: IndexerFailpoint | undefined;
  /** The number of the attempt that fails, of every manifest. */
  failsAttempt: number | undefined;

  async ping(): Promise<void> {
    return this.#step('ping', () => {});
  }

  async served(chunk: TimeChunk): Promise<bigint> {
    return BigInt(this.hours.get(chunk.startMs)?.sums.count ?? 0);
  }

  taskId({ manifest, manifestSha256 }: HandOver, attempt: number): string {
    return `task-${manifest.plan.hour}-${manifestSha256.slice(0, 8)}-a${attempt}`;
  }

  async submit(handOver: HandOver, attempt: number): Promise<'submitted' | 'attached'> {
    const id = this.taskId(handOver, attempt);
    return this.#step('submit', () => {
      if (this.submitted.includes(id)) return 'attached';
      this.submitted.push(id);
      return 'submitted';
    });
  }

  async wait(handOver: HandOver, attempt: number): Promise<TaskOutcome> {
    return this.#step('wait', () => {
      const id = this.taskId(handOver, attempt);
      const outcome = this.#outcomes.get(id) ?? this.#execute(id, handOver, attempt);
      this.#outcomes.set(id, outcome);
      return outcome;
    });
  }

  async verify(handOver: HandOver, attempt: number): Promise<ServedNumbers> {
    return this.#step('verify', () => {
      const taskId = this.taskId(handOver, attempt);
      const served = this.hours.get(handOver.manifest.plan.chunk.startMs);
      if (served?.taskId !== taskId) throw new HourmillError('HM_DRUID_006', `${taskId} is not what is served`);
      return { taskId, segments: 1, rows: served.rows, sums: served.sums };
    });
  }

  async sums(chunk: TimeChunk): Promise<{ rows: number; sums: Sums }> {
    const { rows, sums } = this.hours.get(chunk.startMs) ?? { rows: 0, sums: {} };
    return { rows, sums };
  }

  async clear(chunk: TimeChunk): Promise<void> {
    return this.#step('clear', () => void this.hours.delete(chunk.startMs));
  }

  #execute(taskId: string, { manifest }: HandOver, attempt: number): TaskOutcome {
    if (attempt === this.failsAttempt) return { state: 'failed', message: 'it was told to fail' };
    const { groups, sums } = manifest.result;
    this.hours.set(manifest.plan.chunk.startMs, { taskId, rows: groups, sums });
    return { state: 'succeeded', processed: groups };
  }

  #step<T>(step: Step, action: () => T): T {
    const { failpoint } = this;
    if (failpoint?.step !== step) return action();
    this.failpoint = undefined;
    if (failpoint.when === 'after') action();
    throw new HourmillError(failpoint.code, `failpoint: ${failpoint.when} ${step}`);
  }
}
