import {
  type Generation,
  isoMillis,
  type KnownKeys,
  NO_COUNTS,
  type ObjectSplit,
  type Plan,
  runPrefix,
  type StageOneResult,
} from '@hourmill/core';
import { type KeySet, openKeySet } from '@hourmill/sidecar';
import type { PipelineContext } from '../context.ts';
import { fingerprintFiles } from '../plan/lookback.ts';
import { sidecarRequest } from '../plan/sidecar-request.ts';
import type { BuiltHour, StageOneTask } from '../run/stage-one.ts';
import { buildAdded } from './build-added.ts';
import { committedLateFiles } from './committed-files.ts';
import { type LateInput, readAllRows } from './late-input.ts';
import { addedPlan, lateSplit } from './late-split.ts';
import { openLookback } from './open-lookback.ts';
import { removeUnnamed } from './remove-files.ts';
import { addTo, type RolledUp, rolledUp } from './stored-generations.ts';

/**
 * Builds an hour from its input and from all that later hours met of it. The late rows rank behind the input, so they are a roll-up of their
 * own, merged with that of the input.
 * @param before the hour's generations so far, whose late rows keep their ranks among each other
 */
export async function buildWithLate(
  context: PipelineContext,
  before: readonly Generation[],
  task: StageOneTask,
): Promise<BuiltHour> {
  const { plan, runId, options } = task;
  const prefix = runPrefix(plan.pipeline, plan.chunk, runId);
  const files = await committedLateFiles(context, plan.chunk, options.signal);
  const late = await readAllRows(context, files, before, plan, options.signal);
  if (late.length === 0) {
    return { ...(await buildInput(context, task, prefix, await lookbackOf(context, task))), generations: [] };
  }
  if (late.every(({ rows }) => rows.length === 0)) {
    const built = await buildInput(context, task, prefix, await lookbackOf(context, task));
    return { ...built, generations: generationsOf(context, task, built.result, null, late) };
  }
  const { input, added } = await buildBoth(context, task, prefix, late);
  const built = await addTo(context, input, added, { prefix, signal: options.signal });
  await removeUnnamed(context.store, [input, added], built, options.signal);
  return { ...built, generations: generationsOf(context, task, input.result, added.result, late) };
}

/** Input and late rows, each rolled up by itself, and no key in both: that of the lower rank is left out. */
async function buildBoth(
  context: PipelineContext,
  task: StageOneTask,
  prefix: string,
  late: readonly LateInput[],
): Promise<{ readonly input: RolledUp; readonly added: RolledUp }> {
  const { deduplicate } = context.loaded.program;
  const rollUpInput = (known: KeySet | undefined) => buildInput(context, task, `${prefix}input/`, known, true);
  const rollUpLate = async (known: readonly KeySet[]) => rolledUp(await buildLate(context, task, prefix, late, known));
  if (deduplicate?.keep === 'last') {
    const added = await rollUpLate([]);
    return { input: withoutKnown(await rollUpInput(openKeySet(context.store, fingerprintFiles(added)))), added };
  }
  const lookback = await lookbackOf(context, task);
  const input = await rollUpInput(lookback);
  if (deduplicate === null) return { input, added: await rollUpLate([]) };
  const known = [openKeySet(context.store, fingerprintFiles(input)), ...(lookback === undefined ? [] : [lookback])];
  return { input, added: await rollUpLate(known) };
}

function lookbackOf(context: PipelineContext, { plan, options }: StageOneTask): Promise<KeySet | undefined> {
  return openLookback(context, plan.lookback, options.signal);
}

async function buildInput(
  context: PipelineContext,
  { plan, runId, options }: StageOneTask,
  prefix: string,
  known: KnownKeys | undefined,
  takesInLateRows = false,
): Promise<RolledUp> {
  const { engine, source, store, loaded } = context;
  const result = await engine.build({
    plan,
    source,
    store,
    prefix,
    ...(known && { known }),
    sidecars: sidecarRequest(context, takesInLateRows),
    ...(plan.late && { late: { runId, maxBytes: loaded.definition.limits.maxLateBytes } }),
    acceptLoss: options.acceptLoss,
    signal: options.signal,
    onProgress: (progress) => options.onProgress({ kind: 'scan', chunk: plan.chunk, progress }),
  });
  return rolledUp(result);
}

function buildLate(
  context: PipelineContext,
  { plan, options }: StageOneTask,
  prefix: string,
  late: readonly LateInput[],
  known: readonly KeySet[],
): Promise<StageOneResult> {
  const splits: ObjectSplit[] = [];
  let { source } = context;
  for (const [ordinal, { rows }] of late.entries()) {
    const next = lateSplit({ source, loaded: context.loaded }, rows, plan, { ordinal, generation: ordinal + 1 });
    splits.push(next.split);
    ({ source } = next);
  }
  const isKafka = context.loaded.definition.source.type === 'kafka';
  const added = {
    plan: addedPlan(plan, splits),
    source,
    engine: isKafka ? context.lateEngine : context.engine,
    known,
    sidecars: sidecarRequest(context, true),
    prefix,
  };
  return buildAdded(context, added, options);
}

/** Keys of late rows are no keys of earlier hours, which is what the identity names. */
function withoutKnown({ result, sidecars }: RolledUp): RolledUp {
  if (result.identity === null) return { result, sidecars };
  const { known: _, ...identity } = result.identity;
  return { result: { ...result, identity }, sidecars };
}

/** Late rows that came at different times stay generations of their own, so that the next build from the start knows their ranks too. */
function generationsOf(
  { clock }: PipelineContext,
  { plan, runId }: Pick<StageOneTask, 'plan' | 'runId'>,
  input: StageOneResult,
  added: StageOneResult | null,
  late: readonly LateInput[],
): Generation[] {
  const common = { runId, createdAt: isoMillis(clock.now()) };
  const taken = late.map(({ files }, index): Generation => {
    const counts = added?.splits[index]?.counts ?? NO_COUNTS;
    return { number: index + 1, ...common, counts, splits: [], late: files };
  });
  return [{ number: 0, ...common, counts: input.counts, splits: idsOf(plan), late: [] }, ...taken];
}

function idsOf({ splits }: Plan): string[] {
  return splits.map(({ id }) => id);
}
