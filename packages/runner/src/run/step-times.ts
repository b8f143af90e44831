import type { Clock, RunReport } from '@hourmill/core';

type Step = keyof RunReport['timingsMs'];

/** Wall time by step, in whole milliseconds. Steps may nest: the inner one's time is taken off the outer one. */
export class StepTimes {
  readonly all: Record<Step, number> = { plan: 0, scan: 0, merge: 0, publish: 0, index: 0, verify: 0 };
  readonly #clock: Clock;
  readonly #nested: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async measure<T>(step: Step, action: () => Promise<T>): Promise<T> {
    const startMs = this.#clock.now();
    this.#nested.push(0);
    try {
      return await action();
    } finally {
      const elapsedMs = this.#clock.now() - startMs;
      this.all[step] += elapsedMs - (this.#nested.pop() ?? 0);
      const outer = this.#nested.length - 1;
      if (outer >= 0) this.#nested[outer] = (this.#nested[outer] ?? 0) + elapsedMs;
    }
  }
}
