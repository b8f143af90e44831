import type { TimeChunk } from '@hourmill/core';
import type { Druid } from './druid.ts';

/**
 * Asks the Coordinator how much of the chunk's segments is loaded, 0 to 100. The first call lets it read the metadata
 * store anew, so that what was just published is counted and assigned at its next turn; it is expensive on a cluster of
 * millions of segments, so the calls after it do not.
 */
export function refreshOnce(
  { coordinator, target }: Druid,
  chunk: TimeChunk,
): (signal: AbortSignal) => Promise<number> {
  let refresh = true;
  return async (signal) => {
    const percent = await coordinator.loadedPercent(target.dataSource, chunk, refresh, signal);
    refresh = false;
    return percent;
  };
}
