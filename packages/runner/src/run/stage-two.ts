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
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { guardShrink, isShrinkAllowed } from './guards.ts';
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
    if (start.from === 'rolled-up') {
      const isEmptyThere = await guardHour(context, indexer, stored, options);
      const isNothing = isEmptyThere && task.locations.length === 0;
      if (isNothing && !(await hadTasks(context, chunk, options.signal))) return null;
    }
    attempt = await runTask(context, indexer, hour, task, start, calls);
    await hour.advance('indexed', { druid: { taskId: indexer.taskId(task, attempt), attempt } });
  }
  options.onProgress({ kind: 'step', chunk, step: 'verify' });
  return times.measure('verify', () => indexer.verify(task, attempt, calls));
}

/** What an earlier task of the hour has published may not be served yet, and would be served after an empty hour was called done. */
async function hadTasks({ ledger }: PipelineContext, chunk: TimeChunk, signal: AbortSignal): Promise<boolean> {
  return (await ledger.history(chunk, signal)).some(({ druid }) => druid !== null);
}

/**
 * Refuses to publish worse than what is there. Returns whether Druid is known to serve nothing: with `--allow-shrink` a
 * Druid that cannot say is no reason to stop.
 */
async function guardHour(
  context: PipelineContext,
  indexer: Indexer,
  { manifest }: StoredManifest,
  options: ResolvedRunOptions,
): Promise<boolean> {
  const kept = BigInt(manifest.result.counts.kept);
  const isAllowed = isShrinkAllowed(kept, options);
  let served: bigint;
  try {
    served = await indexer.served(manifest.plan.chunk, options.signal);
  } catch (error) {
    if (isAllowed && isHourmillError(error, 'HM_DRUID_001')) return false;
    throw error;
  }
  const { maxShrinkRatio } = context.loaded.definition.guards;
  if (!isAllowed) guardShrink(kept, served, maxShrinkRatio, manifest.plan.hour);
  return served === 0n;
}

/**
 * Brings a task of this manifest to success and returns its attempt. A task that an earlier run may have sent is
 * attached to and brought to its end before anything else, so that none of two can publish after the other.
 */
async function runTask(
  context: PipelineContext,
  indexer: Indexer,
  hour: OwnedHour,
  task: HandOver,
  start: StageTwoStart,
  calls: IndexOptions,
): Promise<number> {
  if (start.from === 'indexing') {
    invariant(start.attempt > 0, 'an entry in indexing names its attempt');
    const outcome = await sendAndWait(indexer, task, start.attempt, calls);
    if (outcome.state === 'succeeded') return start.attempt;
  }
  await checkParts(context.store, task.manifest, calls.signal);
  const attempt = start.attempt + 1;
  const taskId = indexer.taskId(task, attempt);
  await hour.advance('indexing', { druid: { taskId, attempt } });
  const outcome = await sendAndWait(indexer, task, attempt, calls);
  if (outcome.state === 'succeeded') return attempt;
  throw new HourmillError('HM_DRUID_003', `Druid's task ${taskId} failed: ${outcome.message}`, { context: { taskId } });
}

/** The ledger must name the task before this is called: whoever comes after us knows it then. */
async function sendAndWait(
  indexer: Indexer,
  task: HandOver,
  attempt: number,
  calls: IndexOptions,
): Promise<TaskOutcome> {
  await indexer.submit(task, attempt, calls);
  return indexer.wait(task, attempt, calls);
}
