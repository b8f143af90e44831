import { HourmillError, systemClock } from '@hourmill/core';
import { dueAfterMs, hourStatuses, type PipelineContext, runHour, runHours, throwFailures } from '@hourmill/runner';
import { openPipeline } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { runSummary } from '../output/run-summary.ts';
import { hourOf, lastDay } from './hours.ts';
import { printOutcomes } from './outcomes.ts';
import { type RunFlags, runOptions } from './run-flags.ts';

interface RunCommandOptions extends RunFlags {
  readonly hour?: string;
  readonly due?: boolean;
}

/** `hourmill run`: one hour, or with `--due` every hour that came due within the last day and is not done. */
export async function run(options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  if ((options.hour === undefined) === (options.due === undefined)) {
    throw new HourmillError('HM_USAGE_001', 'run takes either --hour or --due');
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

async function runDue(context: PipelineContext, flags: RunFlags, signal: AbortSignal): Promise<void> {
  const { definition } = context.loaded;
  const due = lastDay(systemClock.now() - dueAfterMs(definition), definition.rollup);
  const statuses = await hourStatuses(context.ledger, due, signal);
  const open = due.filter((_, index) => statuses[index]?.state !== 'done');
  const { clearProgress, ...options } = runOptions(flags, signal);
  const outcomes = await runHours(context, open, options);
  clearProgress();
  printOutcomes(outcomes, flags.json ?? false);
  throwFailures(outcomes);
}
