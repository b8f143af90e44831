import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

/** V8 frees what a collection found on another thread, and a large piece only while the next ones run. */
const COLLECTIONS = 5;

/**
 * What the process holds; above `enoughBytes` garbage is collected first, because memory of WebAssembly and shared memory that
 * nobody uses any more is given back only then.
 */
function residentAfterCollection(enoughBytes: number): number {
  let rssBytes = process.memoryUsage.rss();
  if (rssBytes <= enoughBytes) return rssBytes;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < COLLECTIONS && rssBytes > enoughBytes; i++) {
    collect();
    rssBytes = process.memoryUsage.rss();
  }
  return rssBytes;
}
