import { HourmillError, type Manifest } from '@hourmill/core';

/** Refuses to commit when too much was unusable: the data is not what the definition describes. */
export function guardRejects({ plan: { hour }, result }: Manifest, maxRejectedRatio: number): void {
  const { read, rejected } = result.counts;
  if (rejected === 0 || rejected <= read * maxRejectedRatio) return;
  const reasons = Object.entries(result.rejectReasons).map(([reason, count]) => `${reason}: ${count}`);
  const path = result.rejects?.path;
  throw new HourmillError(
    'HM_GUARD_003',
    `${rejected} of ${read} records of ${hour} were rejected (${reasons.join(', ')}), more than guards.maxRejectedRatio ` +
      `${maxRejectedRatio} allows; nothing was published. The rejects are in ${path} of the store; hourmill inspect shows them; ` +
      '--allow-rejects publishes the hour without them',
    { context: { hour, rejected, read, path } },
  );
}

/** Whether the person allowed that an hour of so many events replaces one of more. */
export function isShrinkAllowed(kept: bigint, allowed: AllowedShrink): boolean {
  return kept === 0n ? allowed.allowEmpty : allowed.allowShrink;
}

export interface AllowedShrink {
  /** An hour without events may replace any. */
  readonly allowEmpty: boolean;
  /** An hour with events may replace one of many more. */
  readonly allowShrink: boolean;
}

/**
 * Refuses to replace an hour by an empty or a much smaller one, before anything is submitted (DESIGN.md section 4.7).
 * @param kept events in the new hour
 * @param served events that Druid serves for it now
 */
export function guardShrink(kept: bigint, served: bigint, maxShrinkRatio: number, hour: string): void {
  if (served === 0n || kept >= served) return;
  if (kept === 0n) {
    throw new HourmillError(
      'HM_GUARD_001',
      `no event was kept for ${hour}, but Druid serves ${served}; Druid keeps them. --allow-empty publishes the empty hour`,
      { context: { hour } },
    );
  }
  const ratio = Number(served - kept) / Number(served);
  if (ratio <= maxShrinkRatio) return;
  throw new HourmillError(
    'HM_GUARD_002',
    `${hour} would shrink from ${served} to ${kept} events, by ${(ratio * 100).toFixed(1)} %, more than ` +
      `guards.maxShrinkRatio ${maxShrinkRatio} allows; Druid keeps what it has. --allow-shrink publishes it anyway`,
    { context: { hour } },
  );
}
