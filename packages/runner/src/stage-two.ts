import {
  type HandOver,
  HourmillError,
  type Indexer,
  type IndexOptions,
  type IndexProgress,
  invariant,
  isHourmillError,
  type ServedNumbers,
  type TaskOutcome,
} from '@hourmill/core';
import type { PipelineContext } from './context.ts';
import { guardShrink } from './guards.ts';
import { checkParts, handOver, type StoredManifest } from './hand-over.ts';
import type { OwnedHour } from './owned-hour.ts';
import type { ResolvedRunOptions } from './run-options.ts';
import type { StepTimes } from './step-times.ts';

/** Where stage 2 begins: after a new manifest, or where an earlier run stopped. */
export interface StageTwoStart {
  readonly from: 'rolled-up' | 'indexing' | 'indexed';
  /** The Druid attempt of the entry that is continued; 0 when none was made. */
  readonly attempt: number;
}

/**
 * Stage 2: makes Druid serve the manifest's parts instead of what it had, and proves it. On return the hour may be
 * called done. Returns null when there was nothing to index.
 * @throws HM_GUARD_* before anything is submitted, HM_DRUID_* after
 */
export async function indexHour(
  context: PipelineContext,
  indexer: Indexer,
  hour: OwnedHour,
  stored: StoredManifest,
  start: StageTwoStart,
  options: ResolvedRunOptions,
  times: StepTimes,
): Promise<ServedNumbers | null> {
  const { chunk } = stored.manifest.plan;
  const task = handOver(context.store, stored);
  const calls = {
    signal: options.signal,
    onProgress: (progress: IndexProgress) => options.onProgress({ kind: 'index', chunk, progress }),
  };
  let { attempt } = start;
  if (start.from !== 'indexed') {
    options.onProgress({ kind: 'step', chunk, step: 'index' });
    if (start.from === 'rolled-up') await guardHour(context, indexer, stored, options);
    if (task.locations.length === 0) return publishEmpty(indexer, stored, calls);
    await checkParts(context.store, stored.manifest, options.signal);
    attempt = await runTask(indexer, hour, task, start, calls);
    await hour.advance('indexed', { druid: { taskId: indexer.taskId(task, attempt), attempt } });
  }
  options.onProgress({ kind: 'step', chunk, step: 'verify' });
  return times.measure('verify', () => indexer.verify(task, attempt, calls));
}

async function guardHour(
  context: PipelineContext,
  indexer: Indexer,
  { manifest }: StoredManifest,
  options: ResolvedRunOptions,
): Promise<void> {
  if (options.allowShrink) return;
  const served = await indexer.served(manifest.plan.chunk, options.signal);
  const { maxShrinkRatio } = context.loaded.definition.guards;
  guardShrink(BigInt(manifest.result.counts.kept), served, maxShrinkRatio, manifest.plan.hour);
}

/** Zero kept: Druid takes no empty task, so an hour that it serves is removed (the guard let it pass), else nothing is done. */
async function publishEmpty(indexer: Indexer, { manifest }: StoredManifest, calls: IndexOptions): Promise<null> {
  const { chunk } = manifest.plan;
  if ((await indexer.served(chunk, calls.signal)) > 0n) await indexer.clear(chunk, calls);
  return null;
}

/**
 * Brings a task of this manifest to success and returns its attempt. A task that an earlier run may have sent is
 * attached to and brought to its end before another one is sent, so that none of two can publish after the other.
 */
async function runTask(
  indexer: Indexer,
  hour: OwnedHour,
  task: HandOver,
  start: StageTwoStart,
  calls: IndexOptions,
): Promise<number> {
  if (start.from === 'indexing') {
    invariant(start.attempt > 0, 'an entry in indexing names its attempt');
    const outcome = await attempt(indexer, hour, task, start.attempt, calls);
    if (outcome.state === 'succeeded') return start.attempt;
  }
  const next = start.attempt + 1;
  const outcome = await attempt(indexer, hour, task, next, calls);
  if (outcome.state === 'succeeded') return next;
  const taskId = indexer.taskId(task, next);
  throw new HourmillError('HM_DRUID_003', `Druid's task ${taskId} failed: ${outcome.message}`, { context: { taskId } });
}

async function attempt(
  indexer: Indexer,
  hour: OwnedHour,
  task: HandOver,
  number: number,
  calls: IndexOptions,
): Promise<TaskOutcome> {
  await hour.advance('indexing', { druid: { taskId: indexer.taskId(task, number), attempt: number } });
  await indexer.submit(task, number, calls);
  return indexer.wait(task, number, calls);
}

/**
 * Brings the task of a manifest that is about to be thrown away to its end, whatever that is: it must not publish
 * after the run that takes over (DESIGN.md section 8.5).
 */
export async function settleOldTask(
  context: PipelineContext,
  indexer: Indexer,
  stored: StoredManifest,
  attemptNumber: number,
  signal: AbortSignal,
): Promise<void> {
  const task = handOver(context.store, stored);
  await indexer.submit(task, attemptNumber, { signal });
  try {
    await indexer.wait(task, attemptNumber, { signal });
  } catch (error) {
    // It has ended, and lost rows: no matter, its result is about to be replaced.
    if (!isHourmillError(error, 'HM_DRUID_005')) throw error;
  }
}
