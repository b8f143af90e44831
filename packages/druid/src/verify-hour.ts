import { type HandOver, HourmillError, type IndexOptions, type ServedNumbers } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import type { Druid } from './druid.ts';
import { awaitNewSegments } from './new-segments.ts';
import { type ServedSums, servedSums } from './served-sums.ts';

/** Two Brokers behind one address may differ for a moment: a difference counts when it is seen so often. */
const LOOKS = 3;

/**
 * Waits until the task's segments are served and compares what they sum up to with the manifest (DESIGN.md section 8.6).
 * @throws HM_DRUID_006, HM_DRUID_007, HM_DRUID_008
 */
export async function verifyHour(
  druid: Druid,
  program: Program,
  handOver: HandOver,
  taskId: string,
  options: IndexOptions,
): Promise<ServedNumbers> {
  const { clock, timing, overlord, target } = druid;
  const { chunk } = handOver.manifest.plan;
  const metrics = comparedMetrics(program);
  const created = (await overlord.status(taskId, options.signal))?.createdTime;
  for (let look = 1; ; look++) {
    const segments = await awaitNewSegments(druid, chunk, created, metrics, options);
    options.onProgress?.({ step: 'comparing', detail: `sums of ${segments.length} segments` });
    const served = await servedSums(druid, chunk, metrics, options.signal);
    const different = firstDifference(program, handOver, served);
    if (different === undefined) return { taskId, segments: segments.length, ...served };
    if (look === LOOKS) throw differs(target.dataSource, taskId, different);
    await clock.sleep(timing.maxPauseMs, options.signal);
  }
}

/** The count metric and every longSum: the sums that are exact, and that the manifest has. */
function comparedMetrics(program: Program): string[] {
  return program.metrics.filter(({ type }) => type === 'count' || type === 'longSum').map(({ name }) => name);
}

export interface Difference {
  /** A metric, or `rows`. */
  readonly metric: string;
  readonly expected: string;
  readonly served: string;
}

/**
 * The first number that is not the manifest's. Rows are compared, too, because a dimension that was lost on the way
 * changes no sum; but not with a multi-value dimension, where Druid takes a list of one null for null and may merge rows.
 */
export function firstDifference(
  program: Program,
  { manifest: { result } }: HandOver,
  served: ServedSums,
): Difference | undefined {
  const numbers = comparedMetrics(program).map((metric) => ({
    metric,
    expected: result.sums[metric] ?? 'null',
    served: served.sums[metric] ?? 'null',
  }));
  const rows = { metric: 'rows', expected: String(result.groups), served: String(served.rows) };
  const mayMerge = program.dimensions.some(({ multiValue }) => multiValue !== null);
  return [...numbers, ...(mayMerge ? [] : [rows])].find(({ expected, served }) => expected !== served);
}

function differs(dataSource: string, taskId: string, { metric, expected, served }: Difference): HourmillError {
  return new HourmillError(
    'HM_DRUID_007',
    `Druid serves ${metric} = ${served} from the new segments of ${dataSource}, the manifest has ${expected}; ` +
      'look for other writers of this data source, then run the hour again with --force',
    { context: { dataSource, taskId, metric, expected, served } },
  );
}
