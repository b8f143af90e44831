import type { EngineProgress } from '@hourmill/core';

const REPORT_EVERY_MS = 100;

/** Reports progress every 100 ms, and notes the most memory and disk that it saw. */
export class ProgressMeter implements Disposable {
  readonly #report: (progress: EngineProgress) => void;
  readonly #read: () => EngineProgress;
  readonly #timer: NodeJS.Timeout;
  #peakBytes = 0;
  #peakSpilledBytes = 0;

  constructor(report: ((progress: EngineProgress) => void) | undefined, read: () => EngineProgress) {
    this.#report = report ?? (() => {});
    this.#read = read;
    this.#timer = setInterval(() => this.finish(), REPORT_EVERY_MS);
  }

  /** Of the process, resident. */
  get peakBytes(): number {
    return Math.max(this.#peakBytes, process.resourceUsage().maxRSS * 1024);
  }

  /** On disk. */
  get peakSpilledBytes(): number {
    return this.#peakSpilledBytes;
  }

  /** The last report, whenever the one before was. */
  finish(): void {
    const progress = this.#read();
    this.#peakBytes = Math.max(this.#peakBytes, progress.memoryBytes);
    this.#peakSpilledBytes = Math.max(this.#peakSpilledBytes, progress.spilledBytes);
    this.#report(progress);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
