import { HourmillError, isoMillis, type RunReport, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { reportedError } from '../run/report.ts';
import { runHour } from '../run/run-hour.ts';
import type { RunOptions } from '../run/run-options.ts';
import { gather } from './gather.ts';

export type HourOutcome =
  | { readonly chunk: TimeChunk; readonly report: RunReport; readonly error: null }
  | { readonly chunk: TimeChunk; readonly report: null; readonly error: unknown };

export interface RunHoursOptions extends RunOptions {
  /** Hours that are built at the same time. Default 1. */
  readonly parallel?: number;
  readonly onHour?: (outcome: HourOutcome) => void;
}

/**
 * Builds several hours, oldest first. An hour that fails does not stop the others; an abort does. The outcomes are in
 * the order of the chunks.
 */
export async function runHours(
  context: PipelineContext,
  chunks: readonly TimeChunk[],
  { parallel = 1, onHour = () => {}, ...options }: RunHoursOptions = {},
): Promise<readonly HourOutcome[]> {
  return gather(chunks, parallel, async (chunk) => {
    options.signal?.throwIfAborted();
    const outcome = await runOne(context, chunk, options);
    onHour(outcome);
    return outcome;
  });
}

async function runOne(context: PipelineContext, chunk: TimeChunk, options: RunOptions): Promise<HourOutcome> {
  try {
    return { chunk, report: await runHour(context, chunk, options), error: null };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { chunk, report: null, error };
  }
}

/**
 * Throws what a command over these hours must end with: nothing when all went well, the hour's own error when there was
 * just one hour, else HM_RUN_003 that counts the failures.
 */
export function throwFailures(outcomes: readonly { readonly chunk: TimeChunk; readonly error: unknown }[]): void {
  const failed = outcomes.filter((outcome) => outcome.error !== null);
  const [first] = failed;
  if (first === undefined) return;
  if (outcomes.length === 1) throw first.error;
  const hours = failed.map(({ chunk, error }) => `${isoMillis(chunk.startMs)} ${reportedError(error).code}`);
  throw new HourmillError('HM_RUN_003', `${failed.length} of ${outcomes.length} hours failed: ${hours.join(', ')}`);
}
