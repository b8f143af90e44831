import { HourmillError, type Timers } from '@hourmill/core';

/**
 * Runs `action` with a signal that is aborted by `outer`, by HM_LIMIT_002 after `runtimeMs`, or by calling `abort`.
 * The reason of the abort is what the action throws in the end.
 */
export async function withRuntimeLimit<T>(
  timers: Timers,
  runtimeMs: number,
  outer: AbortSignal,
  action: (signal: AbortSignal, abort: (reason: unknown) => void) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  using _timer = timers.after(runtimeMs, () => {
    limit.abort(new HourmillError('HM_LIMIT_002', `the run took longer than limits.runtime, ${runtimeMs / 1000} s`));
  });
  const signal = AbortSignal.any([outer, limit.signal]);
  try {
    return await action(signal, (reason) => limit.abort(reason));
  } catch (error) {
    // A library may wrap the abort in an error of its own; the reason says why.
    throw signal.aborted && signal.reason instanceof HourmillError ? signal.reason : error;
  }
}
