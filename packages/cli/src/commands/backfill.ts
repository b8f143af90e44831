import type { HourState } from '@hourmill/core';
import { type HourStatus, hourStatuses, runHours, throwFailures } from '@hourmill/runner';
import { openPipeline } from '../compose.ts';
import { wholeNumber } from '../whole-number.ts';
import { hoursOf } from './hours.ts';
import { printOutcomes } from './outcomes.ts';
import { type RunFlags, runOptions } from './run-flags.ts';

interface BackfillOptions extends RunFlags {
  readonly from: string;
  readonly to: string;
  readonly onlyFailed?: boolean;
  readonly missing?: boolean;
  readonly parallel: string;
}

/** `hourmill backfill`: the hours of a range; hours that are done with the same definition and input are left alone. */
export async function backfill(flags: BackfillOptions, signal: AbortSignal): Promise<void> {
  await using context = await openPipeline(flags);
  const chunks = hoursOf(flags.from, flags.to, context.loaded.definition.rollup);
  const statuses = await hourStatuses(context.ledger, chunks, signal);
  const lastState = context.indexer === null || !flags.index ? 'rolled-up' : 'done';
  const chosen = chunks.filter((_, index) => isChosen(statuses[index], flags, lastState));
  const { clearProgress, ...options } = runOptions(flags, signal);
  const parallel = wholeNumber('--parallel', flags.parallel, 1);
  const outcomes = await runHours(context, chosen, { ...options, parallel });
  clearProgress();
  printOutcomes(outcomes, flags.json ?? false);
  throwFailures(outcomes);
}

/** `--only-failed` means every hour that was begun and that nobody is working on, unless it got as far as it goes. */
function isChosen(status: HourStatus | undefined, flags: BackfillOptions, lastState: HourState): boolean {
  if (status === undefined) return false;
  const { state, running, error } = status;
  if (flags.missing) return state === 'missing';
  if (!flags.onlyFailed) return true;
  return state !== 'missing' && !running && (error !== null || (state !== lastState && state !== 'done'));
}
