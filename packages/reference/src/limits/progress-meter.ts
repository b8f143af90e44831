import type { EngineProgress } from '@hourmill/core';

const REPORT_EVERY_MS = 100;

/** Reports progress at most every 100 ms. */
export class ProgressMeter {
  readonly #report: (progress: EngineProgress) => void;
  #nextMs = 0;

  constructor(report: ((progress: EngineProgress) => void) | undefined) {
    this.#report = report ?? (() => {});
  }

  update(progress: () => EngineProgress): void {
    const nowMs = performance.now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + REPORT_EVERY_MS;
    this.#report(progress());
  }

  /** The last report, whenever the one before was. */
  finish(progress: EngineProgress): void {
    this.#report(progress);
  }
}
