import {
  hasManifest,
  isHourmillError,
  type LedgerEntry,
  type LookbackHour,
  type Plan,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { findManifest, readManifest, type StoredManifest } from '../run/hand-over.ts';
import type { ResolvedRunOptions } from '../run/run-options.ts';
import { completePlan } from './complete-plan.ts';
import { isCommitted } from './current-manifest.ts';
import { type Decision, decide } from './decide.ts';
import { changedLookback, findLookback } from './lookback.ts';
import { planHour } from './plan-hour.ts';
import { planSameInput } from './same-input.ts';

type PrepareOptions = Pick<ResolvedRunOptions, 'force' | 'acceptLoss' | 'sameInput' | 'signal'>;

/** What is known of an hour before a run writes anything. */
export interface PreparedHour {
  /** The hour's last ledger entry, undefined when it was never tried. */
  readonly last: LedgerEntry | undefined;
  readonly plan: Plan;
  readonly decision: Decision;
  /** Of a build: the hour's current manifest, which it replaces. Null where there is none. */
  readonly current: StoredManifest | null;
}

/**
 * Reads the hour's past, plans its input and decides what a run does with it. Writes nothing.
 * @param indexes false when the run would stop after the manifest
 * @throws HM_INPUT_* when input is missing that the decision needs, HM_USAGE_001 when `sameInput` has nothing to go by, HM_RUN_006 when
 *   an hour of the lookback is
 */
export async function prepareHour(
  context: PipelineContext,
  chunk: TimeChunk,
  options: PrepareOptions,
  indexes: boolean,
): Promise<PreparedHour> {
  // Before the input is listed: a run that is done with newer input after this makes our first entry lose.
  const history = await context.ledger.history(chunk, options.signal);
  const last = history.at(-1);
  const listed = options.sameInput
    ? await planSameInput(context, chunk, history, options.acceptLoss, options.signal)
    : await planOrContinue(context, chunk, last, options);
  const lookback = await findLookback(context, chunk, options.signal);
  const plan: Plan = { ...listed, ...(lookback && { lookback }) };
  const { definitionHash } = plan;
  // New messages come to a topic all the time: only the hour's own offsets are its input, and these do not change.
  const listingHash = isKafka(context) ? null : plan.listingHash;
  // Asking for the time touches the store: only where a lease is to be judged.
  const nowMs = last?.leaseUntil == null ? 0 : await context.ledger.now();
  const changed = await lookbackChange(context, last, lookback, options.signal);
  const decision = decide({ last, nowMs, definitionHash, listingHash, changedLookback: changed, ...options, indexes });
  if (decision.kind !== 'build') return { last, plan, decision, current: null };
  const { note, ...complete } = await completePlan(context, plan, history, options.signal);
  const reason = note === null ? decision.reason : `${decision.reason}; ${note}`;
  return { last, ...complete, decision: { ...decision, reason } };
}

/** The first hour of the lookback whose keys are others than when the hour's manifest was made. */
async function lookbackChange(
  { store }: PipelineContext,
  last: LedgerEntry | undefined,
  lookback: readonly LookbackHour[] | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (lookback === undefined || last === undefined || !isCommitted(last)) return undefined;
  const before = await findManifest(store, last, signal);
  return before === null ? undefined : changedLookback(before.manifest.plan.lookback, lookback);
}

/**
 * The plan of the input as it is, where the hour may have to be read. That of the manifest where it need not be: for an hour
 * of Kafka that stands, and when the input of a committed hour is gone meanwhile.
 */
async function planOrContinue(
  context: PipelineContext,
  chunk: TimeChunk,
  last: LedgerEntry | undefined,
  { force, acceptLoss, signal }: PrepareOptions,
): Promise<Plan> {
  const plan = (accept: boolean): Promise<Plan> => planHour(context, chunk, accept, signal);
  if (last === undefined || force || last.definitionHash !== context.loaded.definitionHash) return plan(acceptLoss);
  const isCommitted = hasManifest(last.state);
  if (isKafka(context) && (isCommitted || last.state === 'done')) {
    // When it is gone or damaged, whoever goes on from it comes to that by himself.
    return (await findManifest(context.store, last, signal))?.manifest.plan ?? plan(true);
  }
  if (!isCommitted) return plan(acceptLoss);
  try {
    return await plan(false);
  } catch (error) {
    if (!isHourmillError(error, 'HM_INPUT_001')) throw error;
    return (await readManifest(context.store, last, signal)).manifest.plan;
  }
}

function isKafka({ loaded }: PipelineContext): boolean {
  return loaded.definition.source.type === 'kafka';
}
