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

type Step = 'ping' | 'submit' | 'retire' | 'wait' | 'verify';

/** Where a {@link MemoryIndexer} breaks: before the step has any effect, or after it, as a lost answer would. */
export interface IndexerFailpoint {
  readonly step: Step;
  readonly when: 'before' | 'after';
  readonly code: ErrorCode;
}

/** A task as Druid knows it: what it does when it runs, and how it ended once it has. */
interface Task {
  readonly run: () => TaskOutcome;
  outcome?: TaskOutcome;
}

/**
 * A Druid of a few maps: tasks by id, and for each hour what the task that ended last has made of it. A task runs when
 * it is waited for, once. Set `failpoint` to break the next call of a step; it breaks once.
 */
export class MemoryIndexer implements Indexer {
  /** What is served, by start of the hour. */
  readonly hours = new Map<number, { readonly taskId: string; readonly rows: number; readonly sums: Sums }>();
  readonly #tasks = new Map<string, Task>();
  failpoint: IndexerFailpoint | undefined;
  /** The number of the attempt that fails, of every manifest. */
  failsAttempt: number | undefined;

  /** Task ids in the order in which they first arrived, retired ones included. */
  get submitted(): readonly string[] {
    return [...this.#tasks.keys()];
  }

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
    return this.#step('submit', () => this.#take(id, () => this.#publish(id, handOver, attempt)));
  }

  async retire(taskId: string): Promise<void> {
    return this.#step('retire', () => {
      this.#take(taskId, () => ({ state: 'succeeded', processed: 0 }));
      this.end(taskId);
    });
  }

  async wait(handOver: HandOver, attempt: number): Promise<TaskOutcome> {
    return this.#step('wait', () => {
      const outcome = this.end(this.taskId(handOver, attempt));
      const lost = outcome.state === 'succeeded' && outcome.processed !== handOver.manifest.result.groups;
      if (lost) throw new HourmillError('HM_DRUID_005', 'the task did not process every row');
      return outcome;
    });
  }

  async verify(handOver: HandOver, attempt: number): Promise<ServedNumbers> {
    return this.#step('verify', () => {
      const taskId = this.taskId(handOver, attempt);
      const served = this.hours.get(handOver.manifest.plan.chunk.startMs) ?? { taskId, rows: 0, sums: {} };
      if (served.taskId !== taskId) throw new HourmillError('HM_DRUID_006', `${taskId} is not what is served`);
      return { taskId, segments: served.rows > 0 ? 1 : 0, rows: served.rows, sums: served.sums };
    });
  }

  async sums(chunk: TimeChunk): Promise<{ rows: number; sums: Sums }> {
    const { rows, sums } = this.hours.get(chunk.startMs) ?? { rows: 0, sums: {} };
    return { rows, sums };
  }

  /** Brings a task to its end, as time does. */
  end(taskId: string): TaskOutcome {
    const task = this.#tasks.get(taskId);
    if (task === undefined) throw new HourmillError('HM_DRUID_002', `there is no task ${taskId}`);
    task.outcome ??= task.run();
    return task.outcome;
  }

  #take(id: string, run: () => TaskOutcome): 'submitted' | 'attached' {
    if (this.#tasks.has(id)) return 'attached';
    this.#tasks.set(id, { run });
    return 'submitted';
  }

  #publish(taskId: string, { manifest }: HandOver, attempt: number): TaskOutcome {
    if (attempt === this.failsAttempt) return { state: 'failed', message: 'it was told to fail' };
    const { chunk } = manifest.plan;
    const { groups, sums } = manifest.result;
    if (groups === 0) this.hours.delete(chunk.startMs);
    else this.hours.set(chunk.startMs, { taskId, rows: groups, sums });
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
