import { setImmediate } from 'node:timers/promises';

/** Well under the 50 ms that the main thread may keep the event loop waiting. */
const TURN_MS = 20;

/** Gives the event loop its turn in long loops, and notices there that the run was called off. */
export class Pacer {
  readonly #signal: AbortSignal;
  #turnEndMs = performance.now() + TURN_MS;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether it is time to rest. Cheap enough to ask after every record. */
  get due(): boolean {
    return performance.now() >= this.#turnEndMs;
  }

  /** Throws the signal's reason once it is aborted. */
  async rest(): Promise<void> {
    await setImmediate();
    this.#signal.throwIfAborted();
    this.#turnEndMs = performance.now() + TURN_MS;
  }
}
