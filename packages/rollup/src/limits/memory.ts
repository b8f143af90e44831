import { HourmillError } from '@hourmill/core';

const MIB = 1024 * 1024;

/** Watches the memory of the whole process against `limits.memory`. */
export class Memory {
  readonly #limitBytes: number;
  #peakBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The most that was seen so far. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  get leftBytes(): number {
    return Math.max(0, this.#limitBytes - this.#used());
  }

  /** Before so many bytes more are taken. @throws HM_LIMIT_001 */
  reserve(bytes: number): void {
    if (this.#used() + bytes > this.#limitBytes) throw this.over(bytes);
  }

  over(wantedBytes: number): HourmillError {
    const usedBytes = this.#used();
    const needBytes = usedBytes + wantedBytes;
    return new HourmillError(
      'HM_LIMIT_001',
      `merging late rows uses ${Math.ceil(usedBytes / MIB)} MiB of memory and needs about ${Math.ceil(needBytes / MIB)} MiB; ` +
        `limits.memory allows ${Math.floor(this.#limitBytes / MIB)} MiB`,
      { context: { usedBytes, needBytes, limitBytes: this.#limitBytes } },
    );
  }

  #used(): number {
    const usedBytes = process.memoryUsage.rss();
    this.#peakBytes = Math.max(this.#peakBytes, usedBytes);
    return usedBytes;
  }
}
