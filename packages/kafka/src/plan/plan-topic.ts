import { type Clock, type KafkaSplit, type Listing, systemClock } from '@hourmill/core';
import { awaitStable } from './await-stable.ts';
import type { TimeWindow } from './batch-summary.ts';
import { cutRanges } from './cut-ranges.ts';
import { findLoss } from './find-loss.ts';
import { resolveRanges } from './resolve-ranges.ts';
import type { TopicLog } from './topic-log.ts';

export interface PlanOptions {
  readonly isolation: KafkaSplit['isolation'];
  readonly tombstones: KafkaSplit['tombstones'];
  /** How long transactions that are open inside the window are waited for. Default 60,000. */
  readonly transactionDeadlineMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Fixes which offsets of a topic hold the records of a window: the same log gives the same splits.
 * @throws HM_INPUT_010 when a transaction stays open below the end of the window
 */
export async function planTopic(log: TopicLog, window: TimeWindow, options: PlanOptions): Promise<Listing> {
  const { isolation, tombstones, transactionDeadlineMs = 60_000, clock = systemClock, signal } = options;
  const { ranges, cutStarts, bytesPerOffset } = await resolveRanges(log, window, signal);
  const retention = cutStarts.length === 0 ? null : await log.retention(signal);
  const losses = cutStarts
    .map((start) => findLoss(start, window.fromMs, retention, clock.now()))
    .filter((loss) => loss !== null);
  if (isolation === 'read_committed') {
    await awaitStable(log, ranges, { clock, deadlineMs: transactionDeadlineMs, ...(signal && { signal }) });
  }
  return { splits: cutRanges(ranges, { isolation, tombstones, bytesPerOffset }), ranges, losses };
}
