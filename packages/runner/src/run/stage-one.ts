import { checkCounts, HOURMILL_VERSION, isoMillis, type Manifest, type Plan, runPrefix } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { checkGaps } from './check-gaps.ts';
import { type StoredManifest, storeManifest } from './hand-over.ts';
import type { ResolvedRunOptions } from './run-options.ts';
import type { StepTimes } from './step-times.ts';

/**
 * Stage 1: the engine writes parts and rejects, then the manifest follows. All of it is durable on return, and garbage
 * until the ledger names the manifest.
 */
export async function buildHour(
  context: PipelineContext,
  plan: Plan,
  runId: string,
  options: ResolvedRunOptions,
  times: StepTimes,
): Promise<StoredManifest> {
  const { source, store, engine, loaded, clock } = context;
  const { chunk } = plan;
  const prefix = runPrefix(plan.pipeline, chunk, runId);
  options.onProgress({ kind: 'step', chunk, step: 'scan' });
  const result = await engine.build({
    plan,
    source,
    store,
    prefix,
    acceptLoss: options.acceptLoss,
    signal: options.signal,
    onProgress: (progress) => options.onProgress({ kind: 'scan', chunk, progress }),
  });
  checkCounts(result.counts);
  checkGaps(plan, result);
  options.onProgress({ kind: 'step', chunk, step: 'publish' });
  const manifest: Manifest = {
    version: 1,
    runId,
    createdAt: isoMillis(clock.now()),
    hourmill: HOURMILL_VERSION,
    plan,
    countMetric: loaded.program.countMetric,
    result,
    sidecars: [],
  };
  return times.measure('publish', () => storeManifest(store, prefix, manifest, options.signal));
}
