import {
  type HandOver,
  HourmillError,
  isoMillis,
  type ObjectLocation,
  type ServedNumbers,
  type Sums,
  type TaskOutcome,
  type TimeChunk,
} from '@hourmill/core';
import type { Actor, Possibility, Scheduler } from './scheduler.ts';
import { type Row, rowsOfParts } from './served-rows.ts';

/** What Druid has for an hour: what one task made of it. */
export interface Version {
  readonly number: number;
  readonly taskId: string;
  readonly manifestSha256: string;
  /** Of the parts that were there. */
  readonly rows: readonly Row[];
  /** As the manifest says them; wrong ones where a part was missing. */
  readonly sums: Sums;
}

export interface Task {
  readonly id: string;
  /** Null: it does nothing. */
  readonly handOver: HandOver | null;
  readonly created: number;
  readonly fromMs: number;
  readonly willFail: boolean;
  outcome?: TaskOutcome;
}

export interface VirtualDruidOptions {
  readonly scheduler: Scheduler;
  /** The part at this location, if it is there. */
  readonly partAt: (location: ObjectLocation) => Uint8Array | undefined;
  /** How likely a task fails. */
  readonly failureRate: () => number;
  /** Before a task is taken. */
  readonly onSubmit: (task: Task) => void;
  /** After another version of an hour is served. */
  readonly onServed: (startMs: number, version: Version) => void;
}

const LONGEST_TASK_MS = 80_000;
const LONGEST_LOADING_MS = 20_000;

/**
 * A Druid whose tasks take their time: a task runs, publishes and ends some time after it was sent, whoever sent it and whatever
 * became of him, and is served some time after that. Ids are taken for ever; each task that publishes makes a version that
 * replaces its hour.
 */
export class VirtualDruid implements Actor {
  readonly tasks = new Map<string, Task>();
  readonly served = new Map<number, Version>();
  readonly #published = new Map<number, Version & { readonly fromMs: number }>();
  readonly #options: VirtualDruidOptions;
  #clock = 0;

  constructor(options: VirtualDruidOptions) {
    this.#options = options;
  }

  taskId({ manifest, manifestSha256 }: HandOver, attempt: number): string {
    return `task-${manifest.plan.hour}-${manifestSha256.slice(0, 8)}-a${attempt}`;
  }

  /** Takes a task, or one that does nothing. */
  submit(id: string, handOver: HandOver | null): 'submitted' | 'attached' {
    if (this.tasks.has(id)) return 'attached';
    const { scheduler, failureRate, onSubmit } = this.#options;
    const { random, nowMs } = scheduler;
    const task: Task = {
      id,
      handOver,
      created: this.#tick(),
      fromMs: nowMs + random.below(LONGEST_TASK_MS),
      willFail: random.chance(failureRate()),
    };
    onSubmit(task);
    this.tasks.set(id, task);
    return 'submitted';
  }

  hasEnded(id: string): boolean {
    return this.tasks.get(id)?.outcome !== undefined;
  }

  /** @throws HM_DRUID_004 */
  requireEnd(id: string): TaskOutcome {
    const outcome = this.tasks.get(id)?.outcome;
    if (outcome === undefined) throw new HourmillError('HM_DRUID_004', `${id} has not ended`);
    return outcome;
  }

  outcome(id: string, { manifest }: HandOver): TaskOutcome {
    const outcome = this.requireEnd(id);
    if (outcome.state === 'succeeded' && outcome.processed !== manifest.result.groups) {
      throw new HourmillError('HM_DRUID_005', `${id} did not process every row`);
    }
    return outcome;
  }

  /** Whether all that was published of the hour is served. */
  isLoaded({ startMs }: TimeChunk): boolean {
    return this.#published.get(startMs)?.number === this.served.get(startMs)?.number;
  }

  /** What is served, if it is what the task left. */
  verify(id: string, { manifest }: HandOver): ServedNumbers {
    const { chunk, hour } = manifest.plan;
    if (!this.isLoaded(chunk)) throw new HourmillError('HM_DRUID_006', `${hour} is not loaded`);
    const { rows, sums, number } = this.sums(chunk);
    if (number < (this.tasks.get(id)?.created ?? 0)) {
      const isEmpty = rows.length === 0 && manifest.result.groups === 0;
      if (!isEmpty) throw new HourmillError('HM_DRUID_008', `${id} is not what is published of ${hour}`);
    }
    const expected = manifest.result.sums;
    const different = Object.keys({ ...sums, ...expected }).find((name) => sums[name] !== expected[name]);
    if (different !== undefined || rows.length !== manifest.result.groups) {
      throw new HourmillError('HM_DRUID_007', `${different ?? 'rows'} of ${hour} differ`);
    }
    return { taskId: id, segments: rows.length > 0 ? 1 : 0, rows: rows.length, sums };
  }

  sums({ startMs }: TimeChunk): Pick<Version, 'number' | 'rows' | 'sums'> {
    return this.served.get(startMs) ?? { number: 0, rows: [], sums: {} };
  }

  possible(): readonly Possibility[] {
    const { nowMs } = this.#options.scheduler;
    const ends = [...this.#running()]
      .filter(({ fromMs }) => fromMs <= nowMs)
      .map((task) => ({ name: `druid ends ${task.id}`, happen: () => this.#end(task) }));
    const loads = [...this.#loading()]
      .filter(([, { fromMs }]) => fromMs <= nowMs)
      .map(([startMs, version]) => ({
        name: `druid serves ${version.taskId} of ${isoMillis(startMs)}`,
        happen: () => {
          this.served.set(startMs, version);
          this.#options.onServed(startMs, version);
        },
      }));
    return [...ends, ...loads];
  }

  nextMs(): number {
    const starts = [...[...this.#running()], ...[...this.#loading()].map(([, version]) => version)];
    return Math.min(...starts.map(({ fromMs }) => fromMs));
  }

  isBusy(): boolean {
    return false;
  }

  /** Tasks that may still publish. */
  *#running(): Generator<Task> {
    for (const task of this.tasks.values()) if (task.outcome === undefined) yield task;
  }

  running(): readonly Task[] {
    return [...this.#running()];
  }

  *#loading(): Generator<[number, Version & { readonly fromMs: number }]> {
    for (const [startMs, version] of this.#published) {
      if (this.served.get(startMs)?.number !== version.number) yield [startMs, version];
    }
  }

  #end(task: Task): void {
    const { handOver } = task;
    if (handOver === null) task.outcome = { state: 'succeeded', processed: 0 };
    else if (task.willFail) task.outcome = { state: 'failed', message: 'it was told to fail' };
    else task.outcome = { state: 'succeeded', processed: this.#publish(task.id, handOver) };
  }

  /** A part that is missing counts as empty, as it does for Druid's local input. @returns the rows */
  #publish(taskId: string, { manifest, manifestSha256, locations }: HandOver): number {
    const { plan, result } = manifest;
    const { scheduler, partAt } = this.#options;
    const there = locations.flatMap((location) => partAt(location) ?? []);
    const rows = rowsOfParts(there, result.columns);
    if (rows.length === 0 && locations.length > 0) return 0;
    const fromMs = scheduler.nowMs + scheduler.random.below(LONGEST_LOADING_MS);
    const sums = there.length === locations.length ? result.sums : { damaged: '1' };
    this.#published.set(plan.chunk.startMs, { number: this.#tick(), taskId, manifestSha256, rows, sums, fromMs });
    return rows.length;
  }

  #tick(): number {
    this.#clock += 1;
    return this.#clock;
  }
}
