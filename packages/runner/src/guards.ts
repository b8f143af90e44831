import { type Counts, HourmillError, type Plan } from '@hourmill/core';

/** Refuses to commit when too much was unusable: the data is not what the definition describes. */
export function guardRejects(counts: Counts, maxRejectedRatio: number, plan: Plan): void {
  if (counts.rejected === 0 || counts.rejected <= counts.read * maxRejectedRatio) return;
  throw new HourmillError(
    'HM_GUARD_003',
    `${counts.rejected} of ${counts.read} records of ${plan.hour} were rejected, more than guards.maxRejectedRatio ` +
      `${maxRejectedRatio} allows; nothing was published`,
    { context: { hour: plan.hour, rejected: counts.rejected, read: counts.read } },
  );
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
      `no event was kept for ${hour}, but Druid serves ${served}; Druid keeps them. --allow-shrink publishes the empty hour`,
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
