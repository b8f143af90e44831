import {
  type HandOver,
  HourmillError,
  type Indexer,
  InvariantError,
  type PartColumn,
  type ServedNumbers,
  type Sums,
  type TaskOutcome,
  type TimeChunk,
} from '@hourmill/core';

/** The rows of a time chunk that one task made. */
interface Segments {
  readonly taskId: string;
  readonly rows: readonly string[];
  readonly sums: Sums;
}

interface Task {
  /** Of a task that does nothing: null. */
  readonly parts: readonly string[] | null;
  readonly columns: readonly PartColumn[];
  readonly startMs: number;
  readonly manifestSha256: string;
  readonly outcome: TaskOutcome | null;
}

/** All that a Druid keeps, as plain data. */
export interface DruidState {
  readonly tasks: Map<string, Task>;
  /** Of each chunk the segments of all tasks that published; the last ones hide the others. */
  readonly segments: Map<number, readonly Segments[]>;
}

/**
 * A Druid that reads the parts (JSON lines of the reference engine) when a task runs, and counts what it read by itself. Task ids are taken for ever. A task runs when it is
 * waited for. Sends of a second manifest while a task of another one may still run break a promise, and are noticed.
 */
export class DruidOfParts implements Indexer {
  readonly state: DruidState;
  readonly #readObject: (key: string) => Promise<Uint8Array>;

  constructor(
    readObject: (key: string) => Promise<Uint8Array>,
    state: DruidState = { tasks: new Map(), segments: new Map() },
  ) {
    this.#readObject = readObject;
    this.state = structuredClone(state);
  }

  /** The rows that are served for a chunk, as text, sorted. */
  rows(chunk: TimeChunk): readonly string[] {
    return [...(this.#visible(chunk)?.rows ?? [])].sort();
  }

  /** Brings every task to its end, as time does, in the order of sending. */
  async endAllTasks(): Promise<void> {
    for (const id of this.state.tasks.keys()) await this.#end(id);
  }

  async ping(): Promise<void> {}

  async served(chunk: TimeChunk): Promise<bigint> {
    return BigInt(this.#visible(chunk)?.sums[COUNT] ?? 0);
  }

  taskId({ manifest, manifestSha256 }: HandOver, attempt: number): string {
    return `task-${manifest.plan.hour}-${manifestSha256.slice(0, 12)}-a${attempt}`;
  }

  async submit(handOver: HandOver, attempt: number): Promise<'submitted' | 'attached'> {
    const { manifest, manifestSha256 } = handOver;
    const startMs = manifest.plan.chunk.startMs;
    const id = this.taskId(handOver, attempt);
    if (this.state.tasks.has(id)) return 'attached';
    for (const [other, task] of this.state.tasks) {
      const mayPublish = task.startMs === startMs && task.outcome === null && task.manifestSha256 !== manifestSha256;
      if (mayPublish) throw new InvariantError(`${other} of another manifest may still run`);
    }
    const parts = manifest.result.parts.map(({ path }) => path);
    const { columns } = manifest.result;
    this.state.tasks.set(id, { parts, columns, startMs, manifestSha256, outcome: null });
    return 'submitted';
  }

  async retire(taskId: string): Promise<void> {
    if (!this.state.tasks.has(taskId)) {
      this.state.tasks.set(taskId, { parts: null, columns: [], startMs: 0, manifestSha256: '', outcome: null });
    }
    await this.#end(taskId);
  }

  async wait(handOver: HandOver, attempt: number): Promise<TaskOutcome> {
    const outcome = await this.#end(this.taskId(handOver, attempt));
    const lost = outcome.state === 'succeeded' && outcome.processed !== handOver.manifest.result.groups;
    if (lost) throw new HourmillError('HM_DRUID_005', 'the task did not process every row');
    return outcome;
  }

  async verify(handOver: HandOver, attempt: number): Promise<ServedNumbers> {
    const { plan, result } = handOver.manifest;
    const taskId = this.taskId(handOver, attempt);
    const visible = this.#visible(plan.chunk);
    if (result.groups > 0 && visible?.taskId !== taskId) {
      throw new HourmillError('HM_DRUID_006', `${taskId} is not what is served`);
    }
    const { rows = [], sums = {} } = visible ?? {};
    for (const [metric, sum] of Object.entries(result.sums)) {
      if (sums[metric] !== sum) throw new HourmillError('HM_DRUID_007', `${metric} is ${sums[metric]}, not ${sum}`);
    }
    return { taskId, segments: rows.length > 0 ? 1 : 0, rows: rows.length, sums };
  }

  async sums(chunk: TimeChunk): Promise<{ rows: number; sums: Sums }> {
    const { rows = [], sums = {} } = this.#visible(chunk) ?? {};
    return { rows: rows.length, sums };
  }

  #visible({ startMs }: TimeChunk): Segments | undefined {
    return this.state.segments.get(startMs)?.at(-1);
  }

  async #end(taskId: string): Promise<TaskOutcome> {
    const task = this.state.tasks.get(taskId);
    if (task === undefined) throw new HourmillError('HM_DRUID_002', `there is no task ${taskId}`);
    if (task.outcome !== null) return task.outcome;
    const segments = await this.#index(taskId, task);
    const outcome: TaskOutcome = { state: 'succeeded', processed: segments.rows.length };
    this.state.tasks.set(taskId, { ...task, outcome });
    if (task.parts === null) return outcome;
    const before = this.state.segments.get(task.startMs) ?? [];
    this.state.segments.set(task.startMs, [...before, segments]);
    return outcome;
  }

  async #index(taskId: string, { parts, columns }: Task): Promise<Segments> {
    const rows: string[] = [];
    const sums = new Map<string, bigint>();
    for (const path of parts ?? []) {
      const lines = Buffer.from(await this.#readObject(path))
        .toString('utf8')
        .split('\n')
        .slice(0, -1);
      rows.push(...lines);
      for (const line of lines) addTo(sums, columns, JSON.parse(line) as unknown[]);
    }
    return { taskId, rows, sums: Object.fromEntries([...sums].map(([column, sum]) => [column, String(sum)])) };
  }
}

/** Longs are decimal strings in the parts that the reference engine writes as JSON. */
function addTo(sums: Map<string, bigint>, columns: readonly PartColumn[], values: readonly unknown[]): void {
  for (const [index, { name, role, type }] of columns.entries()) {
    const value = values[index];
    if (role !== 'metric' || type !== 'long' || value === null) continue;
    sums.set(name, (sums.get(name) ?? 0n) + BigInt(String(value)));
  }
}

/** The name of the count metric in the stories' definition. */
const COUNT = 'events';
