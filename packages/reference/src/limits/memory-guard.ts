import { HourmillError } from '@hourmill/core';

const MIB = 1024 * 1024;

/** Watches the memory of the whole process against `limits.memory`. */
export class MemoryGuard {
  readonly #limitBytes: number;
  readonly #usedBytes: () => number;
  #peakBytes = 0;

  /** @param usedBytes the resident set of the process, unless a test owns it */
  constructor(limitBytes: number, usedBytes: () => number = () => process.memoryUsage.rss()) {
    this.#limitBytes = limitBytes;
    this.#usedBytes = usedBytes;
  }

  /** The most that was seen so far. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /**
   * @param held what fills the memory, for the message
   * @throws HM_LIMIT_001
   */
  check(held: () => string): void {
    const usedBytes = this.#usedBytes();
    this.#peakBytes = Math.max(this.#peakBytes, usedBytes);
    if (usedBytes <= this.#limitBytes) return;
    throw new HourmillError(
      'HM_LIMIT_001',
      `the run uses ${Math.ceil(usedBytes / MIB)} MiB of memory with ${held()}; limits.memory allows ${Math.floor(this.#limitBytes / MIB)} MiB`,
      { context: { usedBytes, limitBytes: this.#limitBytes } },
    );
  }
}
