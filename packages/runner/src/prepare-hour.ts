import { hasManifest, isHourmillError, type LedgerEntry, type Plan, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from './context.ts';
import { type Decision, decide } from './decide.ts';
import { readManifest } from './hand-over.ts';
import { planHour } from './plan-hour.ts';
import type { ResolvedRunOptions } from './run-options.ts';

type PrepareOptions = Pick<ResolvedRunOptions, 'force' | 'acceptLoss' | 'signal'>;

/** What is known of an hour before a run writes anything. */
export interface PreparedHour {
  /** The hour's last ledger entry, undefined when it was never tried. */
  readonly last: LedgerEntry | undefined;
  readonly plan: Plan;
  readonly decision: Decision;
}

/**
 * Reads the hour's past, plans its input and decides what a run does with it. Writes nothing.
 * @param indexes false when the run would stop after the manifest
 * @throws HM_INPUT_001 when input is missing that the decision needs
 */
export async function prepareHour(
  context: PipelineContext,
  chunk: TimeChunk,
  options: PrepareOptions,
  indexes: boolean,
): Promise<PreparedHour> {
  // Before the input is listed: a run that is done with newer input after this makes our first entry lose.
  const last = (await context.ledger.history(chunk, options.signal)).at(-1);
  const plan = await planOrContinue(context, chunk, last, options);
  const { definitionHash, listingHash } = plan;
  // Asking for the time touches the store: only where a lease is to be judged.
  const nowMs = last?.leaseUntil == null ? 0 : await context.ledger.now();
  return {
    last,
    plan,
    decision: decide({ last, nowMs, definitionHash, listingHash, force: options.force, indexes }),
  };
}

/**
 * The plan of the input as it is; that of the committed manifest when the input is gone meanwhile, because going on from
 * there needs none of it.
 */
async function planOrContinue(
  context: PipelineContext,
  chunk: TimeChunk,
  last: LedgerEntry | undefined,
  { force, acceptLoss, signal }: PrepareOptions,
): Promise<Plan> {
  const mayContinue = last !== undefined && hasManifest(last.state) && !force;
  if (!mayContinue || last.definitionHash !== context.loaded.definitionHash) {
    return planHour(context, chunk, acceptLoss, signal);
  }
  try {
    return await planHour(context, chunk, false, signal);
  } catch (error) {
    if (!isHourmillError(error, 'HM_INPUT_001')) throw error;
    return (await readManifest(context.store, last, signal)).manifest.plan;
  }
}
