import { isoMillis, runPrefix, systemClock } from '@hourmill/core';
import { consult, planHour } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { group, table } from '../output/table.ts';
import { hourOf } from './hours.ts';

interface PlanOptions extends PipelineOptions {
  readonly hour: string;
  readonly acceptLoss?: boolean;
  readonly json?: boolean;
}

/** `hourmill plan`: lists input, looks into ledger and Druid, writes nothing. */
export async function plan(options: PlanOptions, signal: AbortSignal): Promise<void> {
  const context = await openPipeline(options);
  const { definition } = context.loaded;
  const chunk = hourOf(options.hour, definition.rollup, systemClock.now());
  const hourPlan = await planHour(context, chunk, options.acceptLoss ?? false, signal);
  const { decision } = await consult(context, hourPlan, context.indexer !== null, false);
  const served = (await context.indexer?.served(chunk, signal)) ?? null;
  const writes = `${context.store.uri}/${runPrefix(definition.name, chunk, '<run id>')}`;
  if (options.json) {
    printJson({
      version: 1,
      plan: hourPlan,
      decision,
      writes,
      replaces: served === null ? null : { events: String(served) },
    });
    return;
  }
  const bytes = hourPlan.splits.reduce((sum, split) => sum + split.bytes, 0);
  const lines = [
    `${definition.name} ${isoMillis(chunk.startMs)} to ${isoMillis(chunk.endMs)}`,
    `would ${decision.kind === 'unchanged' ? 'do nothing' : decision.kind}: ${decision.reason}`,
    `reads ${hourPlan.splits.length} split(s), ${group(bytes)} bytes:`,
    table(
      ['#', 'split', 'bytes', 'compression'],
      hourPlan.splits.map((split) => [split.ordinal, split.id, split.bytes, split.compression]),
    ),
    ...hourPlan.losses.map(({ source, reason }) => `missing: ${source}: ${reason}`),
    `writes ${writes}`,
    served === null
      ? 'replaces nothing in Druid (no `druid` in the definition)'
      : `replaces ${group(served)} events in Druid`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
