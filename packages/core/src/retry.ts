import type { Clock } from './clock.ts';
import { HourmillError } from './error.ts';

export interface RetryOptions {
  readonly clock: Clock;
  /** Gives up this long after the first try. */
  readonly deadlineMs: number;
  /** The first pause; each further pause is twice as long, up to `maxPauseMs`. Default 100. */
  readonly firstPauseMs?: number;
  /** Default 5,000. */
  readonly maxPauseMs?: number;
  /** In [0, 1): spreads the pauses of many callers. Default Math.random. */
  readonly random?: () => number;
  readonly signal?: AbortSignal;
}

/**
 * Calls `action` until it succeeds, fails with an error that is not retryable, or the deadline has passed; then throws
 * its last error. `action` must be safe to repeat.
 */
export async function retry<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, deadlineMs, firstPauseMs = 100, maxPauseMs = 5_000, random = Math.random, signal } = options;
  const endMs = clock.now() + deadlineMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
    signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      const retryable = error instanceof HourmillError && error.retryable;
      if (!retryable || clock.now() + pauseMs > endMs) throw error;
      await clock.sleep(pauseMs * (0.5 + random() / 2), signal);
    }
  }
}
