import type { TimeChunk } from '@hourmill/core';
import { type HourStatus, hourStatuses, runHours, throwFailures } from '@hourmill/runner';
import { openPipeline } from '../compose.ts';
import { hoursOf } from './hours.ts';
import { printOutcomes } from './outcomes.ts';
import { positiveInteger, type RunFlags, runOptions } from './run-flags.ts';

interface BackfillOptions extends RunFlags {
  readonly from: string;
  readonly to: string;
  readonly onlyFailed?: boolean;
  readonly missing?: boolean;
  readonly parallel: string;
}

/** `hourmill backfill`: the hours of a range; hours that are done with the same definition and input are left alone. */
export async function backfill(flags: BackfillOptions, signal: AbortSignal): Promise<void> {
  const context = await openPipeline(flags);
  const chunks = hoursOf(flags.from, flags.to, context.loaded.definition.rollup);
  const statuses = await hourStatuses(context.ledger, chunks, signal);
  const chosen = chunks.filter((chunk, index) => isChosen(chunk, statuses[index], flags));
  const { clearProgress, ...options } = runOptions(flags, signal);
  const parallel = positiveInteger('--parallel', flags.parallel);
  const outcomes = await runHours(context, chosen, { ...options, parallel });
  clearProgress();
  printOutcomes(outcomes, flags.json ?? false);
  throwFailures(outcomes);
}

function isChosen(_chunk: TimeChunk, status: HourStatus | undefined, flags: BackfillOptions): boolean {
  if (flags.onlyFailed) return status !== undefined && (status.state === 'failed' || status.error !== null);
  if (flags.missing) return status?.state === 'missing';
  return true;
}
