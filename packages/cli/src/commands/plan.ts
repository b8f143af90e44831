import { isoMillis, type Plan, runPrefix, systemClock } from '@hourmill/core';
import { type Decision, prepareHour } from '@hourmill/runner';
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
  const prepare = { force: false, acceptLoss: options.acceptLoss ?? false, signal };
  const { plan: hourPlan, decision } = await prepareHour(context, chunk, prepare, context.indexer !== null);
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
  process.stdout.write(`${lines(hourPlan, decision, writes, served).join('\n')}\n`);
}

function lines(plan: Plan, decision: Decision, writes: string, served: bigint | null): string[] {
  const head = `${plan.pipeline} ${isoMillis(plan.chunk.startMs)} to ${isoMillis(plan.chunk.endMs)}`;
  switch (decision.kind) {
    case 'unchanged':
      return [head, `would do nothing: ${decision.reason}`];
    case 'busy':
      return [head, `would be refused: ${decision.reason}`];
    case 'continue':
      return [
        head,
        `would continue: ${decision.reason}`,
        `from ${decision.from.manifest?.path}, without reading the input`,
      ];
    case 'build':
      return [
        head,
        `would build: ${decision.reason}`,
        `reads ${plan.splits.length} split(s), ${group(plan.splits.reduce((sum, { bytes }) => sum + bytes, 0))} bytes:`,
        splitTable(plan),
        ...plan.losses.map(({ source, reason }) => `missing: ${source}: ${reason}`),
        `writes ${writes}`,
        served === null ? 'leaves Druid alone: the definition names none' : `replaces ${group(served)} events in Druid`,
      ];
  }
}

function splitTable({ splits }: Plan): string {
  const rows = splits.map(({ ordinal, id, bytes, compression }) => [ordinal, id, bytes, compression]);
  return table(['#', 'split', 'bytes', 'compression'], rows);
}
