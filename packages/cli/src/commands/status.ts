import { chunkAt, isoMillis, parseChunkStart, systemClock, type TimeChunk } from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';
import { type HourStatus, hourStatuses } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { gapsText } from '../output/kafka-account.ts';
import { whyText } from '../output/overrides-text.ts';
import { table } from '../output/table.ts';
import { DAY_MS, hoursOf, lastDay } from './hours.ts';

interface StatusOptions extends PipelineOptions {
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `hourmill status`: the last state of each hour of a range, by default of the last day. Reads the ledger only. */
export async function status(options: StatusOptions, signal: AbortSignal): Promise<void> {
  await using context = await openPipeline(options);
  const { ledger, loaded } = context;
  const statuses = await hourStatuses(ledger, chunksOf(options, loaded.definition.rollup), signal);
  if (options.json) printJson({ version: 1, pipeline: loaded.definition.name, hours: statuses });
  else process.stdout.write(`${statusTable(statuses)}\n`);
}

function chunksOf({ from, to }: StatusOptions, rollup: Definition['rollup']): TimeChunk[] {
  if (from === undefined && to === undefined) return lastDay(systemClock.now(), rollup);
  const { segmentGranularity } = rollup;
  const toMs =
    to === undefined ? chunkAt(systemClock.now(), segmentGranularity).startMs : parseChunkStart(to, segmentGranularity);
  return hoursOf(from ?? isoMillis(toMs - DAY_MS), isoMillis(toMs), rollup);
}

function statusTable(statuses: readonly HourStatus[]): string {
  const ofKafka = statuses.some(({ offsets }) => offsets !== null);
  return table(
    ['hour', 'state', ...(ofKafka ? ['offsets', 'gaps'] : []), 'kept', 'groups', 'at', 'run', 'why'],
    statuses.map(({ hour, state, running, offsets, gaps, kept, groups, at, runId, error, overrides }) => [
      hour.slice(0, 16),
      running ? `${state} (running)` : state === 'planned' ? 'planned (died)' : state,
      ...(ofKafka ? [offsets, gaps === null ? null : gapsText(gaps)] : []),
      kept,
      groups,
      at,
      runId,
      whyText(error === null ? null : `${error.code}: ${error.message}`, overrides),
    ]),
  );
}
