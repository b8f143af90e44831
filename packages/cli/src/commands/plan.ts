import { isoMillis, objectSplit, type Plan, runPrefix, systemClock } from '@hourmill/core';
import { type Decision, prepareHour } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { plannedRanges } from '../output/kafka-account.ts';
import { group, table } from '../output/table.ts';
import { hourOf } from './hours.ts';

interface PlanOptions extends PipelineOptions {
  readonly hour: string;
  readonly acceptLoss?: boolean;
  readonly sameInput?: boolean;
  readonly json?: boolean;
}

/** `hourmill plan`: lists input, looks into ledger and Druid, writes nothing. */
export async function plan(options: PlanOptions, signal: AbortSignal): Promise<void> {
  await using context = await openPipeline(options);
  const { definition } = context.loaded;
  const chunk = hourOf(options.hour, definition.rollup, systemClock.now());
  const { acceptLoss = false, sameInput = false } = options;
  const prepare = { force: false, acceptLoss, sameInput, signal };
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
        ...inputLines(plan),
        ...plan.losses.map(({ source, reason }) => `missing: ${source}: ${reason}`),
        `writes ${writes}`,
        served === null ? 'leaves Druid alone: the definition names none' : `replaces ${group(served)} events in Druid`,
      ];
  }
}

function inputLines(plan: Plan): string[] {
  const bytes = group(plan.splits.reduce((sum, split) => sum + split.bytes, 0));
  const splits = `reads ${plan.splits.length} split(s)`;
  if (plan.ranges === undefined) return [`${splits}, ${bytes} bytes:`, splitTable(plan)];
  return [`${splits} of ${plan.ranges.length} partition(s), about ${bytes} bytes:`, plannedRanges(plan)];
}

function splitTable({ splits }: Plan): string {
  const rows = splits.map(objectSplit).map(({ ordinal, id, bytes, compression }) => [ordinal, id, bytes, compression]);
  return table(['#', 'split', 'bytes', 'compression'], rows);
}
