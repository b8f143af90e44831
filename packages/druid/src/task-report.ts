import { HourmillError } from '@hourmill/core';
import { type Fields, numberIn, objectIn } from './answer.ts';

/** What became of the input rows of a finished task. */
export interface RowStats {
  readonly processed: number;
  readonly processedWithError: number;
  readonly thrownAway: number;
  readonly unparseable: number;
}

/**
 * Reads `GET /druid/indexer/v1/task/{id}/reports`. Undefined for the report of a task that is not complete: just after
 * the end the Overlord may still hand out the last live one. A task that worked alone has `rowStats.buildSegments`, one with
 * sub-tasks `rowStats.totals.buildSegments`. The report's `segmentsPublished` is not read: it counts tombstones.
 * @throws HM_DRUID_002 for a report of another shape
 */
export function finalRowStatsOf(report: unknown): RowStats | undefined {
  const what = "the task's report";
  const { ingestionStatsAndErrors } = objectIn(report, what);
  if (ingestionStatsAndErrors === undefined) return undefined;
  const payload = objectIn(objectIn(ingestionStatsAndErrors, what).payload, what);
  if (payload.ingestionState !== 'COMPLETED') return undefined;
  const rowStats = objectIn(payload.rowStats, what);
  const whole = rowStats.totals === undefined ? rowStats : objectIn(rowStats.totals, what);
  const built: Fields = objectIn(whole.buildSegments, what);
  return {
    processed: numberIn(built, 'processed', what),
    processedWithError: numberIn(built, 'processedWithError', what),
    thrownAway: numberIn(built, 'thrownAway', what),
    unparseable: numberIn(built, 'unparseable', what),
  };
}

/**
 * Every row of the parts must have become a row of Druid: a task that found no file at all is a SUCCESS, too.
 * @throws HM_DRUID_005
 */
export function checkRowStats(stats: RowStats, expectedRows: number, taskId: string): void {
  const { processed, processedWithError, thrownAway, unparseable } = stats;
  if (processed === expectedRows && processedWithError === 0 && thrownAway === 0 && unparseable === 0) return;
  throw new HourmillError(
    'HM_DRUID_005',
    `Druid's task ${taskId} succeeded but processed ${processed} of the parts' ${expectedRows} rows ` +
      `(${processedWithError} with errors, ${thrownAway} thrown away, ${unparseable} unparseable); ` +
      'check that Druid can reach the parts, then run the hour again with --force',
    { context: { taskId, expectedRows, ...stats } },
  );
}
