import {
  HourmillError,
  hasManifest,
  isHourmillError,
  isoMillis,
  type Plan,
  type RunReport,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { completePlan } from '../plan/complete-plan.ts';
import { isCommitted } from '../plan/current-manifest.ts';
import type { Decision } from '../plan/decide.ts';
import { findLookback } from '../plan/lookback.ts';
import { planHour } from '../plan/plan-hour.ts';
import { prepareHour } from '../plan/prepare-hour.ts';
import type { StoredManifest } from '../run/hand-over.ts';
import { type PreparedRun, runPrepared } from '../run/run-hour.ts';
import type { ResolvedRunOptions, RunOptions } from '../run/run-options.ts';
import { buildFrom } from '../run/stage-one.ts';
import { assessLate, type LateAssessment } from './assess-late.ts';
import { type LateInput, readWaitingRows } from './late-input.ts';
import { findLateRules } from './late-rules.ts';
import { addedPlan } from './late-split.ts';
import { type Merge, mergedPlan, mergeInto } from './merge-late.ts';

/**
 * Takes into an hour what came late: rows that later hours met of it, and objects that came after it was built. They are merged with the
 * hour's stored roll-up, without reading its input again; where that cannot be exact the hour is built from its input, and the report's
 * `reason` says why. An hour that is not as far as it goes is first brought there, as {@link runHour} does. Nothing waits: the report
 * is that of the run that made the hour, marked as unchanged. All else is as with {@link runHour}.
 * @throws HM_RUN_008 when the hour has to be built again and its input is gone; nothing was changed then
 */
export async function runLate(
  context: PipelineContext,
  chunk: TimeChunk,
  options: RunOptions = {},
): Promise<RunReport> {
  let isContinued = false;
  const report = await runPrepared(context, chunk, options, async (resolved, indexes) => {
    const prepared = await prepareLate(context, chunk, resolved, indexes);
    isContinued = prepared.decision.kind === 'continue';
    return prepared;
  });
  if (!isContinued) return report;
  // What was continued had not taken in what waits.
  const merged = await runLate(context, chunk, options);
  return merged.unchanged ? report : merged;
}

async function prepareLate(
  context: PipelineContext,
  chunk: TimeChunk,
  options: ResolvedRunOptions,
  indexes: boolean,
): Promise<PreparedRun> {
  const assessed = await assessLate(context, chunk, indexes, options.signal);
  if (assessed.action === 'ordinary' || assessed.base === null) return ordinary(context, chunk, options, indexes);
  const { base } = assessed;
  switch (assessed.action) {
    case 'none':
      return leave(context, chunk, assessed, base, 'nothing waits for it', options, indexes);
    case 'merge':
      return prepareMerge(context, chunk, assessed, base, options, indexes);
    case 'rebuild':
      return prepareRebuild(context, chunk, assessed, base, options);
  }
}

async function ordinary(
  context: PipelineContext,
  chunk: TimeChunk,
  options: ResolvedRunOptions,
  indexes: boolean,
): Promise<PreparedRun> {
  const { current, ...prepared } = await prepareHour(context, chunk, options, indexes);
  return { ...prepared, stageOne: buildFrom(context, current) };
}

/** Nothing is to be merged: the hour stands, unless a run that was begun over it has to be made good. */
async function leave(
  context: PipelineContext,
  chunk: TimeChunk,
  { history }: LateAssessment,
  { manifest }: StoredManifest,
  reason: string,
  options: ResolvedRunOptions,
  indexes: boolean,
): Promise<PreparedRun> {
  const last = history.at(-1);
  if (last === undefined || !isCommitted(last)) return ordinary(context, chunk, options, indexes);
  return { last, plan: manifest.plan, decision: { kind: 'unchanged', reason } };
}

async function prepareMerge(
  context: PipelineContext,
  chunk: TimeChunk,
  assessed: LateAssessment,
  base: StoredManifest,
  options: ResolvedRunOptions,
  indexes: boolean,
): Promise<PreparedRun> {
  const { signal } = options;
  const { plan, generations = [] } = base.manifest;
  const { added, listingHash } = assessed.objects;
  const rules = added.length === 0 ? undefined : await findLateRules(context, addedPlan(plan, added), signal);
  const own: Plan = { ...plan, splits: [...plan.splits, ...added] };
  const late = await readWaitingRows(context, assessed.waiting, generations, own, signal);
  if (late.replaced !== null) {
    const why = `${late.replaced}, of which it has taken in late rows, changed after that`;
    return prepareRebuild(context, chunk, { ...assessed, why }, base, options);
  }
  if (late.rows.length + added.length === 0) {
    const reason = 'what waits for it was taken in before, or lies in its own input';
    return leave(context, chunk, assessed, base, reason, options, indexes);
  }
  const merge: Merge = { base, newObjects: added, late, rules };
  return {
    last: assessed.history.at(-1),
    plan: mergedPlan(merge, listingHash ?? plan.listingHash),
    decision: replace(assessed, `merged ${whatOf(late, added.length)}`),
    stageOne: mergeInto(context, merge),
  };
}

function whatOf({ rows }: LateInput, objects: number): string {
  const counted = [
    [rows.length, 'late row(s)'],
    [objects, 'new object(s)'],
  ] as const;
  return counted
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(' and ');
}

async function prepareRebuild(
  context: PipelineContext,
  chunk: TimeChunk,
  assessed: LateAssessment,
  base: StoredManifest,
  { acceptLoss, signal }: ResolvedRunOptions,
): Promise<PreparedRun> {
  const why = assessed.why ?? 'it cannot be merged';
  const listed = await planOrGone(context, chunk, why, acceptLoss, signal);
  if (!acceptLoss) refuseVanished(base, listed, why);
  const lookback = await findLookback(context, chunk, signal);
  const given: Plan = { ...listed, ...(lookback && { lookback }) };
  const { plan, current, note } = await completePlan(context, given, assessed.history, signal);
  const reason = [`late data was not merged: ${why}`, ...(note === null ? [] : [note])].join('; ');
  const last = assessed.history.at(-1);
  return { last, plan, decision: replace(assessed, reason), stageOne: buildFrom(context, current) };
}

async function planOrGone(
  context: PipelineContext,
  chunk: TimeChunk,
  why: string,
  acceptLoss: boolean,
  signal: AbortSignal,
): Promise<Plan> {
  try {
    return await planHour(context, chunk, acceptLoss, signal);
  } catch (cause) {
    const isGone = (['HM_INPUT_001', 'HM_INPUT_006', 'HM_INPUT_007'] as const).some((code) =>
      isHourmillError(cause, code),
    );
    throw isGone ? sourceGone(isoMillis(chunk.startMs), why, (cause as HourmillError).message, cause) : cause;
  }
}

/** The hour would lose what it has of them. */
function refuseVanished({ manifest: { plan } }: StoredManifest, now: Plan, why: string): void {
  const there = new Set(now.splits.map(({ id }) => id));
  const vanished = plan.splits.find(({ type, id }) => type === 'object' && !there.has(id));
  if (vanished !== undefined) throw sourceGone(plan.hour, why, `${vanished.id} is gone`);
}

function sourceGone(hour: string, why: string, what: string, cause?: unknown): HourmillError {
  return new HourmillError(
    'HM_RUN_008',
    `late data waits for ${hour} and cannot be merged (${why}), and its input is gone (${what}); bring it back, or build the ` +
      'hour from what is left with --accept-loss',
    { context: { hour }, cause },
  );
}

function replace({ history }: LateAssessment, reason: string): Decision {
  const last = history.at(-1);
  return { kind: 'build', reason, supersedes: last !== undefined && hasManifest(last.state) ? last : null };
}
