import { collectGarbage } from '../worker/collect-garbage.ts';

/**
 * Sees to it that the process as a whole stays within a limit, whatever takes the memory. What it held before the build began
 * and still holds is not the build's: more than `usualBytes` of it is left out of account.
 */
export class MemoryWatch {
  readonly #limitBytes: number;

  constructor(limitBytes: number, usualBytes: number) {
    const heldBytes = residentAfterCollection(usualBytes);
    this.#limitBytes = limitBytes + Math.max(0, heldBytes - usualBytes);
  }

  /** Whether the process takes more than it may, given what it seems to take. */
  isOver(rssBytes: number): boolean {
    return rssBytes > this.#limitBytes && residentAfterCollection(this.#limitBytes) > this.#limitBytes;
  }
}

const MOST_COLLECTIONS = 5;

/** What the process holds; above `enoughBytes` garbage is collected first. */
function residentAfterCollection(enoughBytes: number): number {
  let rssBytes = process.memoryUsage.rss();
  for (let i = 0; i < MOST_COLLECTIONS && rssBytes > enoughBytes; i++) {
    collectGarbage();
    rssBytes = process.memoryUsage.rss();
  }
  return rssBytes;
}
