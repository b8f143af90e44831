import { setImmediate } from 'node:timers/promises';
import type { Memory } from './memory.ts';

/** Well under the 50 ms that the main thread may keep its event loop waiting. */
const TURN_MS = 10;

/** Lets the main thread look after its events between pieces of work, and ends the work when it was called off. */
export class Turns {
  readonly signal: AbortSignal;
  readonly memory: Memory;
  #endMs = performance.now() + TURN_MS;

  constructor(signal: AbortSignal, memory: Memory) {
    this.signal = signal;
    this.memory = memory;
  }

  /** Between two pieces of work. @throws the signal's reason once it is aborted, HM_LIMIT_001 */
  async take(): Promise<void> {
    if (performance.now() < this.#endMs) return;
    await setImmediate();
    this.signal.throwIfAborted();
    this.memory.reserve(0);
    this.#endMs = performance.now() + TURN_MS;
  }
}
