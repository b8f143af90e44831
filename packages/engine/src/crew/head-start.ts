import type { Source } from '@hourmill/core';
import { loadKernel } from '@hourmill/kernel';
import { usableCores } from './cpu-quota.ts';
import { ThreadStage } from './thread-stage.ts';

/** A small hour may need none, so a machine with many cores starts the others when the plan is known. */
const MAX_EARLY_THREADS = 3;

/**
 * What every build needs and no definition shapes: the compiled kernel and started threads. Begun first of all, it is
 * ready when the definition is read and the input listed. What is not used ends with the process.
 */
export class HeadStart {
  readonly kernel: Promise<WebAssembly.Module> = loadKernel();
  readonly #threads: ThreadStage[];

  /** @param workers that a build will have, the main thread among them */
  constructor(workers = usableCores()) {
    this.kernel.catch(() => {}); // for those who wait for it
    this.#threads = Array.from({ length: Math.min(workers - 1, MAX_EARLY_THREADS) }, () => new ThreadStage());
  }

  /** The source that will be read: the threads load what that takes. */
  expect({ worker }: Source): void {
    if (worker !== undefined) for (const thread of this.#threads) thread.load(worker.module);
  }

  /** One of the started threads, or a new one. It is the caller's. */
  thread(): ThreadStage {
    return this.#threads.pop() ?? new ThreadStage();
  }
}
