import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from './time-chunk.ts';

/** Time as a dependency, so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch by this machine. Leases are judged by {@link ObjectStore.now} instead. */
  now(): Millis;
  /** Waits; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Timers as a dependency, so that tests own them too. */
export interface Timers {
  /** Calls `action` once, `ms` from now, unless it is disposed of before. Keeps no process alive. */
  after(ms: number, action: () => void): Disposable;
}

export const systemTimers: Timers = {
  after(ms, action) {
    const timer = setTimeout(action, ms);
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
