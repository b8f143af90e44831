import { systemClock } from '@hourmill/core';
import { type AbandonedHour, abandonHour } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { hourOf } from './hours.ts';
import { reasonOf, userAndHost } from './reason.ts';

interface AbandonOptions extends PipelineOptions {
  readonly hour: string;
  readonly reason?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `hourmill abandon`: ends an hour that is stuck, so that the next run builds it anew. */
export async function abandon(options: AbandonOptions, signal: AbortSignal): Promise<void> {
  const reason = reasonOf('abandon', options.reason);
  await using context = await openPipeline(options);
  const chunk = hourOf(options.hour, context.loaded.definition.rollup, systemClock.now());
  const { force = false } = options;
  const abandoned = await abandonHour(context, chunk, { reason, by: userAndHost(), force, signal });
  if (options.json) printJson({ version: 1, ...abandoned });
  else process.stdout.write(`${text(abandoned)}\n`);
}

function text({ hour, runId, owner, state, retiredTask }: AbandonedHour): string {
  const task = retiredTask === null ? '' : `; Druid's task ${retiredTask} can publish nothing any more`;
  return `${hour}: run ${runId} of ${owner} is abandoned, it had come as far as ${state}${task}. The next run builds the hour anew`;
}
