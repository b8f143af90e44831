import type { Clock } from '@hourmill/core';

/** A clock whose pauses take no time: deadlines pass as in earnest, at once. */
export function impatientClock(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };
}
