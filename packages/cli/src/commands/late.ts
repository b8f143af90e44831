import { systemClock, type TimeChunk } from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';
import { defaultHorizonMs, dueHours, type LateHour, lateHours } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { table } from '../output/table.ts';
import { rangeOf } from './hours.ts';

interface LateOptions extends PipelineOptions {
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `hourmill late`: the hours for which rows or objects wait, and what `backfill --only-late` does about each. Writes nothing. */
export async function late(options: LateOptions, signal: AbortSignal): Promise<void> {
  await using context = await openPipeline(options);
  const { definition } = context.loaded;
  const hours = (await lateHours(context, chunksOf(options, definition), signal)).filter(isWaiting);
  if (options.json) printJson({ version: 1, pipeline: definition.name, hours });
  else process.stdout.write(`${hours.length === 0 ? 'nothing waits' : lateTable(hours)}\n`);
}

/** Without a range those that `run --due` looks at. */
function chunksOf({ from, to }: LateOptions, definition: Definition): readonly TimeChunk[] {
  return from === undefined && to === undefined
    ? dueHours(definition, systemClock.now(), defaultHorizonMs(definition))
    : rangeOf('late', from, to, definition.rollup);
}

function isWaiting({ rows, newObjects, changedObjects, action }: LateHour): boolean {
  return action !== 'none' || rows + newObjects + changedObjects > 0;
}

function lateTable(hours: readonly LateHour[]): string {
  return table(
    ['hour', 'late rows', 'files', 'new objects', 'changed objects', 'action', 'why'],
    hours.map(({ hour, rows, files, newObjects, changedObjects, action, why }) => [
      hour.slice(0, 16),
      rows,
      files,
      newObjects,
      changedObjects,
      action,
      why,
    ]),
  );
}
