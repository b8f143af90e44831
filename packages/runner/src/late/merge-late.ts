import {
  type Generation,
  isoMillis,
  type LateRules,
  type Manifest,
  type Millis,
  type ObjectSplit,
  type OwnInput,
  type Plan,
  runPrefix,
} from '@hourmill/core';
import { openKeySet } from '@hourmill/sidecar';
import type { PipelineContext } from '../context.ts';
import { fingerprintFiles } from '../plan/lookback.ts';
import { sidecarRequest } from '../plan/sidecar-request.ts';
import type { StoredManifest } from '../run/hand-over.ts';
import {
  type BuiltHour,
  firstGeneration,
  publishManifest,
  type StageOne,
  type StageOneTask,
} from '../run/stage-one.ts';
import { buildAdded } from './build-added.ts';
import type { LateInput } from './late-input.ts';
import { addedPlan, lateSplit } from './late-split.ts';
import { openLookback } from './open-lookback.ts';
import { removeUnnamed } from './remove-files.ts';
import { addTo, type RolledUp, rolledUp } from './stored-generations.ts';

/** What is merged into an hour. */
export interface Merge {
  /** The manifest that it goes into. */
  readonly base: StoredManifest;
  /** Objects that the hour has not read yet, in the order of their listing. */
  readonly newObjects: readonly ObjectSplit[];
  readonly late: LateInput;
  /** Which strays of the new objects are late; undefined: none is kept. */
  readonly rules: LateRules | undefined;
}

/** The plan of the hour with what is merged into it. @param listingHash of all that is there now */
export function mergedPlan({ base, newObjects, rules }: Merge, listingHash: string): Plan {
  const { plan } = base.manifest;
  const first = plan.splits.length;
  const added = newObjects.map((split, index) => ({ ...split, ordinal: first + index }));
  const { late: before, ...rest } = plan;
  const late = newObjects.length === 0 ? before : uniteRules(before, first, rules, added.length, plan.chunk.startMs);
  return { ...rest, listingHash, splits: [...plan.splits, ...added], ...(late && { late }) };
}

/** One set of rules of two, where the hours of one may reach back farther: of the other's splits no stray of these was kept. */
function uniteRules(
  before: LateRules | undefined,
  splits: number,
  added: LateRules | undefined,
  addedSplits: number,
  startMs: Millis,
): LateRules | undefined {
  if (before === undefined && added === undefined) return undefined;
  const fromMs = Math.min(before?.fromMs ?? startMs, added?.fromMs ?? startMs);
  const rest = (rules: LateRules | undefined, first: number, count: number): OwnInput[] =>
    wholly(first, count, fromMs, rules?.fromMs ?? startMs);
  const moved = (added?.own ?? []).map((own) => ({ ...own, split: own.split + splits }));
  return {
    fromMs,
    own: [...(before?.own ?? []), ...rest(before, 0, splits), ...moved, ...rest(added, splits, addedSplits)],
  };
}

/** Whole splits that are the hours' own. */
function wholly(first: number, count: number, fromMs: Millis, toMs: Millis): OwnInput[] {
  if (fromMs >= toMs) return [];
  return Array.from({ length: count }, (_, index) => ({ split: first + index, fromMs, toMs, offsets: null }));
}

/** Stage 1 of a merge: reads what is added, and of the hour itself only its stored roll-up and the keys that are asked for. */
export function mergeInto(context: PipelineContext, merge: Merge): StageOne {
  return async (task) => {
    const { plan, options } = task;
    options.onProgress({ kind: 'step', chunk: plan.chunk, step: 'scan' });
    return publishManifest(context, await mergeLate(context, merge, task), task);
  };
}

async function mergeLate(context: PipelineContext, merge: Merge, task: StageOneTask): Promise<BuiltHour> {
  const { manifest } = merge.base;
  const { signal } = task.options;
  const prefix = runPrefix(task.plan.pipeline, task.plan.chunk, task.runId);
  const added = await rollUpAdded(context, merge, task, prefix);
  const built = await addTo(context, manifest, added, { prefix, signal });
  await removeUnnamed(context.store, [added], built, signal);
  return { ...built, generations: generationsWith(context, merge, added, task) };
}

async function rollUpAdded(
  context: PipelineContext,
  { base, newObjects, late, rules }: Merge,
  { plan, runId, options }: StageOneTask,
  prefix: string,
): Promise<RolledUp> {
  const { manifest } = base;
  const { loaded, store } = context;
  const { startMs } = plan.chunk;
  const own = { ordinal: newObjects.length, generation: generationsOf(manifest).length };
  const { split, source } = lateSplit(context, late.rows, plan, own);
  // A late row is nobody else's: its position is not that of this split.
  const addedRules = rules && {
    ...rules,
    own: [...rules.own, ...wholly(newObjects.length, 1, rules.fromMs, startMs)],
  };
  const splits = [...newObjects.map((object, ordinal) => ({ ...object, ordinal })), split];
  const lookback = await openLookback(context, plan.lookback, options.signal);
  const result = await buildAdded(
    context,
    {
      plan: addedPlan(plan, splits, addedRules),
      source,
      engine: loaded.definition.source.type === 'kafka' ? context.lateEngine : context.engine,
      known:
        loaded.program.deduplicate === null
          ? []
          : [openKeySet(store, fingerprintFiles(manifest)), ...(lookback === undefined ? [] : [lookback])],
      sidecars: sidecarRequest(context, true),
      ...(rules && { late: { runId, maxBytes: loaded.definition.limits.maxLateBytes } }),
      prefix,
    },
    options,
  );
  return rolledUp(result);
}

function generationsOf({ generations, ...manifest }: Manifest): readonly Generation[] {
  return generations ?? [firstGeneration(manifest)];
}

function generationsWith(
  { clock }: PipelineContext,
  { base, newObjects, late }: Merge,
  added: RolledUp,
  { runId }: StageOneTask,
): readonly Generation[] {
  const before = generationsOf(base.manifest);
  const { counts } = added.result;
  const splits = newObjects.map(({ id }) => id);
  const createdAt = isoMillis(clock.now());
  return [...before, { number: before.length, runId, createdAt, counts, splits, late: late.files }];
}
