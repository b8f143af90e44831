import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Sees to it that the process as a whole stays within a limit, whatever takes the memory. What it held before the build began
 * and still holds is not the build's: more than `usualBytes` of it is left out of account.
 */
export class MemoryWatch {
  readonly #limitBytes: number;

  constructor(limitBytes: number, usualBytes: number) {
    const rss = process.memoryUsage.rss();
    const heldBytes = rss > usualBytes ? residentAfterCollection() : rss;
    this.#limitBytes = limitBytes + Math.max(0, heldBytes - usualBytes);
  }

  /** Whether the process takes more than it may, given what it seems to take. */
  isOver(rssBytes: number): boolean {
    return rssBytes > this.#limitBytes && residentAfterCollection() > this.#limitBytes;
  }
}

/** Memory of WebAssembly and shared memory that nobody uses any more is given back only when garbage is collected. */
function residentAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage.rss();
}
