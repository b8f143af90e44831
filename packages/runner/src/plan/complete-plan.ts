import type { LedgerEntry, Plan } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { findLateRules } from '../late/late-rules.ts';
import { findManifest, type StoredManifest } from '../run/hand-over.ts';
import { currentEntry } from './current-manifest.ts';
import { refuseLookbackGap } from './lookback.ts';
import { keepRanks, lostRanks } from './rank-splits.ts';

/** What a build from the start needs to know besides its input. */
export interface CompletePlan {
  readonly plan: Plan;
  /** The hour's current manifest; null where there is none, or it is gone. */
  readonly current: StoredManifest | null;
  /** What the report must say of the ranks, null where they are kept. */
  readonly note: string | null;
}

/**
 * The plan of an hour that will be read: its objects in their ranks, and which strays are late.
 * @throws HM_RUN_006 for a gap in the lookback that is not accepted, HM_INPUT_*, HM_LEDGER_*
 */
export async function completePlan(
  context: PipelineContext,
  plan: Plan,
  history: readonly LedgerEntry[],
  signal: AbortSignal,
): Promise<CompletePlan> {
  refuseLookbackGap(context, plan.lookback);
  const entry = currentEntry(history);
  const current = entry === undefined ? null : await findManifest(context.store, entry, signal);
  const ranked = current !== null && keepsGenerations(context, current) ? keepRanks(plan, current.manifest.plan) : plan;
  const late = await findLateRules(context, ranked, signal);
  const isGone = entry !== undefined && current === null;
  const note = isGone ? 'ranks are those of the listing: the last manifest is gone' : ranksNote(current);
  return { plan: { ...ranked, ...(late && { late }) }, current, note };
}

function ranksNote(current: StoredManifest | null): string | null {
  return current === null ? null : lostRanks(current.manifest);
}

/** Where nothing was ever merged and nothing will be, objects are read in the order of their paths. */
function keepsGenerations({ loaded }: PipelineContext, { manifest }: StoredManifest): boolean {
  return loaded.definition.schedule.latenessMs > 0 || (manifest.generations?.length ?? 1) > 1;
}
