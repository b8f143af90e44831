import { HourmillError, systemClock, type TimeChunk } from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';
import { type HourChain, verifyHours } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { group } from '../output/table.ts';
import { hourOf, hoursOf } from './hours.ts';

interface VerifyOptions extends PipelineOptions {
  readonly hour?: string;
  readonly from?: string;
  readonly to?: string;
  /** False with `--no-druid`. */
  readonly druid: boolean;
  readonly json?: boolean;
}

/** `hourmill verify`: the chain from source to Druid of each hour: a line an hour, and one for each break. Exit 6 when there is one. */
export async function verify(options: VerifyOptions, signal: AbortSignal): Promise<void> {
  await using context = await openPipeline(options);
  const { countMetric } = context.loaded.program;
  const chunks = chunksOf(options, context.loaded.definition.rollup);
  const say = (chain: HourChain): void => void process.stdout.write(`${lines(chain, countMetric).join('\n')}\n`);
  const { druid, json = false } = options;
  const hours = await verifyHours(context, chunks, { druid, signal, ...(json ? {} : { onHour: say }) });
  const breaks = hours.reduce((sum, hour) => sum + hour.breaks.length, 0);
  if (json) printJson({ version: 1, pipeline: context.loaded.definition.name, breaks, hours });
  if (breaks > 0) throw breakError(hours, breaks);
}

function chunksOf({ hour, from, to }: VerifyOptions, rollup: Definition['rollup']): TimeChunk[] {
  if (hour !== undefined && from === undefined && to === undefined) return [hourOf(hour, rollup, systemClock.now())];
  if (hour === undefined && from !== undefined && to !== undefined) return hoursOf(from, to, rollup);
  throw new HourmillError('HM_USAGE_001', 'verify takes either --hour, or --from and --to');
}

function lines({ hour, state, read, kept, files, served, breaks, notes }: HourChain, countMetric: string): string[] {
  const name = hour.slice(0, 16);
  const numbers =
    read === null || kept === null
      ? []
      : [`read ${group(read)}`, `kept ${group(kept)}`, `${group(files)} file(s) compared`];
  const druid = served === null ? [] : [`Druid ${group(BigInt(served[countMetric] ?? 0))}`];
  const facts = [...numbers, ...druid, ...notes].join(', ');
  return [
    `${name}  ${breaks.length === 0 ? 'ok   ' : 'BREAK'}  ${state}${facts === '' ? '' : `: ${facts}`}`,
    ...breaks.map(({ kind, detail }) => `${name}    ${kind}: ${detail}`),
  ];
}

function breakError(hours: readonly HourChain[], breaks: number): HourmillError {
  const broken = hours.filter((hour) => hour.breaks.length > 0).map(({ hour }) => hour);
  return new HourmillError(
    'HM_RUN_007',
    `${breaks} break(s) in ${broken.length} of ${hours.length} hour(s): ${broken.join(', ')}`,
  );
}
