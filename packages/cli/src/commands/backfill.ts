import { runWork, throwFailures, type WorkKind } from '@hourmill/runner';
import { openPipeline } from '../compose.ts';
import { wholeNumber } from '../whole-number.ts';
import { hoursOf } from './hours.ts';
import { type RunFlags, runOptions } from './run-flags.ts';
import { printWork } from './work-done.ts';

interface BackfillOptions extends RunFlags {
  readonly from: string;
  readonly to: string;
  readonly onlyFailed?: boolean;
  readonly onlyLate?: boolean;
  readonly missing?: boolean;
  readonly outdated?: boolean;
  readonly parallel: string;
}

/** `hourmill backfill`: those hours of a range that need a run, for any reason or for the one asked for; all with `--force`. */
export async function backfill(flags: BackfillOptions, signal: AbortSignal): Promise<void> {
  const parallel = wholeNumber('--parallel', flags.parallel, 1);
  await using context = await openPipeline(flags);
  const chunks = hoursOf(flags.from, flags.to, context.loaded.definition.rollup);
  const { clearProgress, ...options } = runOptions(flags, signal);
  const kinds = kindsOf(flags);
  const done = await runWork(context, chunks, { ...options, parallel, ...(kinds && { kinds }) });
  clearProgress();
  printWork(done, flags.json ?? false);
  throwFailures(done.hours);
}

/** At most one of the filters is given; undefined: none. */
function kindsOf({ onlyFailed, onlyLate, missing, outdated }: BackfillOptions): readonly WorkKind[] | undefined {
  if (onlyFailed) return ['failed', 'stopped'];
  if (onlyLate) return ['late'];
  if (missing) return ['missing'];
  return outdated ? ['outdated'] : undefined;
}
