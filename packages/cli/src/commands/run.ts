import { HourmillError, systemClock } from '@hourmill/core';
import { defaultHorizonMs, dueHours, type PipelineContext, runHour, runWork, throwFailures } from '@hourmill/runner';
import { openPipeline } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { runSummary } from '../output/run-summary.ts';
import { parseDurationFlag } from '../overrides.ts';
import { wholeNumber } from '../whole-number.ts';
import { hourOf } from './hours.ts';
import { type RunFlags, runOptions } from './run-flags.ts';
import { printWork } from './work-done.ts';

interface RunCommandOptions extends RunFlags {
  readonly hour?: string;
  readonly due?: boolean;
  /** Only with `--due`. */
  readonly horizon?: string;
}

/** `hourmill run`: one hour, or with `--due` every hour that came due within a horizon and needs a run. */
export async function run(options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  if ((options.hour === undefined) === (options.due === undefined)) {
    throw new HourmillError('HM_USAGE_001', 'run takes either --hour or --due');
  }
  if (options.horizon !== undefined && options.due === undefined) {
    throw new HourmillError('HM_USAGE_001', '--horizon goes with --due');
  }
  await using context = await openPipeline(options);
  if (options.hour === undefined) await runDue(context, options, signal);
  else await runOne(context, options.hour, options, signal);
}

async function runOne(context: PipelineContext, hour: string, flags: RunFlags, signal: AbortSignal): Promise<void> {
  const chunk = hourOf(hour, context.loaded.definition.rollup, systemClock.now());
  const { clearProgress, ...options } = runOptions(flags, signal);
  try {
    const report = await runHour(context, chunk, options);
    clearProgress();
    if (flags.json) printJson(report);
    else process.stdout.write(`${runSummary(report)}\n`);
  } finally {
    clearProgress();
  }
}

async function runDue(context: PipelineContext, flags: RunCommandOptions, signal: AbortSignal): Promise<void> {
  const { definition } = context.loaded;
  const horizonMs =
    flags.horizon === undefined ? defaultHorizonMs(definition) : parseDurationFlag('--horizon', flags.horizon);
  const { clearProgress, ...options } = runOptions(flags, signal);
  const parallel = wholeNumber('--parallel', flags.parallel ?? '1', 1);
  const chunks = dueHours(definition, systemClock.now(), horizonMs);
  const done = await runWork(context, chunks, { ...options, parallel, leaveOwned: true });
  clearProgress();
  printWork(done, flags.json ?? false);
  throwFailures(done.hours);
}
