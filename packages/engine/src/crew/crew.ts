import type { Worker } from 'node:worker_threads';
import {
  HourmillError,
  isHourmillError,
  type Plan,
  type SplitOpener,
  type SplitOpenerModule,
  type StageOneRequest,
} from '@hourmill/core';
import { Board } from '../exchange/board.ts';
import type { Budget } from '../plan/budget.ts';
import { type MemoryUse, memoryUseOf, overMemoryLimit } from '../plan/memory-need.ts';
import type { Range } from '../plan/ranges.ts';
import { openStreams } from '../read/stream-opener.ts';
import { LocalStage } from '../worker/local-stage.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { Stage } from '../worker/stage.ts';
import type { HeadStart } from './head-start.ts';
import type { ThreadStage } from './thread-stage.ts';

const NO_SIDECARS = { fingerprints: false, accumulators: false };

/**
 * The workers of one build: the main thread, and a thread for each further one. The main thread works too, because a thread
 * that only waits costs the start of one more, and there is little to wait for; it goes back to its event loop every few
 * milliseconds.
 */
export class Crew implements AsyncDisposable {
  readonly board: Board;
  readonly #main: LocalStage;
  readonly #stages: readonly Stage[];
  readonly #threads: readonly ThreadStage[];
  readonly #opener: SplitOpener;
  readonly #stopOnAbort: () => void;
  readonly #signal: AbortSignal;
  readonly #plan: Plan;
  readonly #ranges: readonly Range[];
  readonly #options: WorkerSetup['options'];

  private constructor(
    board: Board,
    main: LocalStage,
    threads: readonly ThreadStage[],
    opener: SplitOpener,
    { plan, signal }: StageOneRequest,
    ranges: readonly Range[],
    options: WorkerSetup['options'],
  ) {
    this.board = board;
    this.#plan = plan;
    this.#ranges = ranges;
    this.#options = options;
    this.#threads = threads;
    this.#main = main;
    this.#stages = [main, ...threads];
    this.#opener = opener;
    this.#signal = signal;
    this.#stopOnAbort = () => board.stop();
    signal.addEventListener('abort', this.#stopOnAbort, { once: true });
  }

  static async start(
    request: StageOneRequest,
    budget: Budget,
    ranges: readonly Range[],
    options: Pick<WorkerSetup, 'options' | 'tuning'>,
    headStart: HeadStart,
    onThread?: (thread: Worker) => void,
  ): Promise<Crew> {
    const { plan, source, signal, acceptLoss = false, known, late, sidecars } = request;
    const board = new Board(budget.workers, ranges.length);
    const shared = {
      ...options,
      workers: budget.workers,
      kernelBytes: budget.kernelBytes,
      module: await headStart.kernel,
      board: board.buffer,
      ranges: ranges.length,
      plan,
      acceptLoss,
      knownKeys: known?.keys ?? 0,
      sidecars: sidecars ?? NO_SIDECARS,
      maxLateBytes: plan.late === undefined ? null : (late?.maxBytes ?? null),
      source: source.worker ?? null,
    };
    const others = Array.from({ length: budget.workers - 1 }, (_, index) => index + 1);
    const threads = others.map((me) => {
      const thread = headStart.thread();
      thread.begin({ ...shared, me }, onThread);
      return thread;
    });
    try {
      const opener = await openSource(request);
      const main = new LocalStage({ ...shared, me: 0 }, opener, signal);
      return new Crew(board, main, threads, opener, request, ranges, options.options);
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.terminate()));
      throw error;
    }
  }

  get workers(): number {
    return this.#stages.length;
  }

  /**
   * One step of all workers at once. When one fails all stop.
   * @throws the first failure
   */
  async all<T>(step: (stage: Stage, index: number) => Promise<T>): Promise<T[]> {
    const steps = this.#stages.map(step);
    try {
      return await Promise.all(steps);
    } catch (error) {
      this.board.stop();
      // The threads are terminated; the main thread's step must have let go of its files.
      await steps[0]?.catch(() => {});
      this.#signal.throwIfAborted();
      throw this.#explained(error);
    }
  }

  /** How much of the limit all workers use, and how far they are. */
  get memoryUse(): MemoryUse {
    return memoryUseOf(this.#options, this.#plan, this.board);
  }

  /** Adds what only the main thread knows: what a dead worker was reading, how much memory would do. */
  #explained(error: unknown): unknown {
    if (isHourmillError(error, 'HM_LIMIT_001') && 'wantedBytes' in error.context) {
      return overMemoryLimit(error.message, this.memoryUse, Number(error.context['wantedBytes']));
    }
    return isHourmillError(error, 'HM_ENGINE_003') ? this.#withSplit(error) : error;
  }

  #withSplit(error: HourmillError): HourmillError {
    const range = this.#ranges[this.board.lastRange(Number(error.context['worker'])) ?? -1];
    const split = range === undefined ? 'nothing yet' : this.#plan.splits[range.split]?.id;
    return new HourmillError('HM_ENGINE_003', `${error.message}; it was reading ${split}`, {
      context: { ...error.context, split },
      cause: error,
    });
  }

  /** Works through tasks, each worker one at a time; yields the results in the order of the tasks. */
  async *each<T, R>(tasks: readonly T[], work: (stage: Stage, task: T) => Promise<R>): AsyncGenerator<R> {
    const results = tasks.map(() => Promise.withResolvers<R>());
    for (const { promise } of results) promise.catch(() => {});
    let next = 0;
    const workThrough = async (stage: Stage): Promise<void> => {
      for (let index = next++; index < tasks.length; index = next++) {
        const result = results[index];
        const task = tasks[index];
        if (result === undefined || task === undefined) return;
        await work(stage, task).then(result.resolve, result.reject);
        await new Promise(setImmediate);
      }
    };
    // Threads first: the main thread's own work would keep them waiting for their first task.
    const working = [...this.#stages].reverse().map(workThrough);
    for (const { promise } of results) {
      this.#signal.throwIfAborted();
      yield await promise.catch((error) => {
        throw this.#explained(error);
      });
    }
    await Promise.all(working);
  }

  /** There is no further step for the threads: they end while the main thread goes on. */
  dismiss(): void {
    for (const thread of this.#threads) void thread.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stopOnAbort);
    this.board.stop();
    // A thread's temporary files end with it.
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
    this.#main[Symbol.dispose]();
    await this.#opener[Symbol.asyncDispose]();
  }
}

async function openSource({ source }: StageOneRequest): Promise<SplitOpener> {
  if (source.worker === undefined) return openStreams(source);
  const { openSplits } = (await import(source.worker.module)) as SplitOpenerModule;
  return openSplits(source.worker.options);
}
