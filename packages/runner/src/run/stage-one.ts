import {
  checkCounts,
  type Generation,
  HOURMILL_VERSION,
  isoMillis,
  type LateReference,
  type Manifest,
  type Plan,
  parseLateKey,
  runPrefix,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { buildWithLate } from '../late/build-with-late.ts';
import type { RolledUp } from '../late/stored-generations.ts';
import { keyHashOf } from '../plan/key-hash.ts';
import { checkGaps } from './check-gaps.ts';
import { type StoredManifest, storeManifest } from './hand-over.ts';
import type { ResolvedRunOptions } from './run-options.ts';
import type { StepTimes } from './step-times.ts';

/** What stage 1 of a run works with. */
export interface StageOneTask {
  readonly plan: Plan;
  readonly runId: string;
  readonly options: ResolvedRunOptions;
  readonly times: StepTimes;
}

/** One way to come to an hour's manifest, which is durable on return, as are all files that it names; garbage until the ledger names it. */
export type StageOne = (task: StageOneTask) => Promise<StoredManifest>;

/** What stage 1 has made, before it is a manifest. */
export interface BuiltHour extends RolledUp {
  /** The hour's, oldest first; empty: there is only what this run read. */
  readonly generations: readonly Generation[];
}

/**
 * Reads the whole input of the plan, and takes in all late rows of the hour as its last generation.
 * @param current the hour's manifest that is replaced, null where there is none
 */
export function buildFrom(context: PipelineContext, current: StoredManifest | null): StageOne {
  return async (task) => {
    const { plan, options } = task;
    options.onProgress({ kind: 'step', chunk: plan.chunk, step: 'scan' });
    const built = await buildWithLate(context, current?.manifest.generations ?? [], task);
    return publishManifest(context, built, task);
  };
}

/** Checks that no record was lost or counted twice, and writes the manifest. */
export async function publishManifest(
  { store, loaded, clock }: PipelineContext,
  { result, sidecars, generations }: BuiltHour,
  { plan, runId, options, times }: StageOneTask,
): Promise<StoredManifest> {
  checkCounts(result.counts);
  checkGaps(plan, result);
  const { chunk } = plan;
  const createdAt = isoMillis(clock.now());
  const keyHash = keyHashOf(loaded.program);
  options.onProgress({ kind: 'step', chunk, step: 'publish' });
  const manifest: Manifest = {
    version: 1,
    runId,
    createdAt,
    hourmill: HOURMILL_VERSION,
    plan,
    countMetric: loaded.program.countMetric,
    ...(keyHash === undefined ? {} : { keyHash }),
    result,
    sidecars,
    ...(generations.length === 0 ? {} : { generations }),
  };
  const prefix = runPrefix(plan.pipeline, chunk, runId);
  return times.measure('publish', () => storeManifest(store, prefix, manifest, options.signal));
}

/** The first generation of an hour, as a manifest without {@link Manifest.generations} means it. */
export function firstGeneration({ runId, createdAt, plan, result }: Omit<Manifest, 'generations'>): Generation {
  const splits = plan.splits.map(({ id }) => id);
  return { number: 0, runId, createdAt, counts: result.counts, splits, late: [] };
}

/** The rows that the run which made this manifest kept for other hours. */
export function lateOf({ runId, result }: Manifest): readonly LateReference[] {
  return (result.late ?? [])
    .filter(({ path }) => parseLateKey(path)?.runId === runId)
    .map(({ hour, path, rows, sha256 }) => ({ hour, path, rows, sha256 }));
}
