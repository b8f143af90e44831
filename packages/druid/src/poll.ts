import { type Clock, HourmillError } from '@hourmill/core';
import type { Timing } from './timing.ts';

export interface PollOptions {
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'firstPauseMs' | 'maxPauseMs'>;
  /** From the first look, milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Makes the error for a deadline that passed; gets the last look's error if that look failed. */
  readonly expired: (last: HourmillError | undefined) => HourmillError;
}

/**
 * Looks again and again, with growing pauses, until `look` answers something other than undefined. A look that fails
 * with a retryable error counts as one that saw nothing; any other error ends the polling.
 */
export async function poll<T>(look: () => Promise<T | undefined>, options: PollOptions): Promise<T> {
  const { clock, timing, signal } = options;
  const endMs = clock.now() + options.deadlineMs;
  for (let pauseMs = timing.firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, timing.maxPauseMs)) {
    signal.throwIfAborted();
    let failure: HourmillError | undefined;
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      if (!(error instanceof HourmillError && error.retryable)) throw error;
      failure = error;
    }
    const leftMs = endMs - clock.now();
    if (leftMs <= 0) throw options.expired(failure);
    await clock.sleep(Math.min(pauseMs, leftMs), signal);
  }
}
