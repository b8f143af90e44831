import { join, resolve } from 'node:path';
import { HourmillError, isoMillis } from '@hourmill/core';
import {
  type HourOutcome,
  type PipelineContext,
  reportedError,
  runHours,
  throwFailures,
  verifyHour,
} from '@hourmill/runner';
import { findWorkspace } from '@hourmill/stack';
import { hoursOf } from '../commands/hours.ts';
import { outcomeTable } from '../commands/outcomes.ts';
import { openPipeline } from '../compose.ts';
import { progressLine, runProgress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import { type DemoDruid, startDemoDruid } from './demo-druid.ts';
import { topChannels } from './top-channels.ts';

interface DemoOptions {
  readonly data: string;
}

const DAY = ['2015-09-12', '2015-09-13'] as const;

/** `npm start`: the 24 hours of the sample into a Druid on this machine, verified by SQL; without a Druid their Parquet files. */
export async function demo(options: DemoOptions, signal: AbortSignal): Promise<void> {
  const dataDir = resolve(options.data);
  const warehouse = resolve(dataDir, 'warehouse');
  await using druid = await startDemoDruid(dataDir, warehouse, signal);
  const environment = { ...process.env, ...druid?.environment };
  const pipeline = join(findWorkspace().root, 'pipelines', 'wikiticker.yaml');
  const context = await openPipeline({ pipeline, store: `file:${warehouse}` }, environment);
  const outcomes = await buildDay(druid === null ? { ...context, indexer: null } : context, signal);
  process.stdout.write(
    `${outcomeTable(outcomes)}\n(each hour reads the file of the whole day: the events of other hours are strays)\n\n`,
  );
  throwFailures(outcomes);
  if (druid === null) sayWithoutDruid(outcomes, warehouse);
  else await showAnswers(context, druid, outcomes, signal);
}

async function buildDay(context: PipelineContext, signal: AbortSignal): Promise<readonly HourOutcome[]> {
  const line = progressLine();
  const chunks = hoursOf(...DAY, context.loaded.definition.rollup);
  try {
    const shown = process.stderr.isTTY ? { onProgress: runProgress(line) } : { onHour: sayHour };
    return await runHours(context, chunks, { signal, parallel: 2, ...shown });
  } finally {
    line.clear();
  }
}

/** Without a terminal: a line for each finished hour. */
function sayHour({ chunk, report, error }: HourOutcome): void {
  const end = report === null ? reportedError(error).code : `${report.state}${report.unchanged ? ' before' : ''}`;
  process.stderr.write(`${isoMillis(chunk.startMs).slice(0, 16)} ${end}\n`);
}

/** The number of events of the input and of those that were kept, over all hours. Each hour reads the same file. */
function totals(outcomes: readonly HourOutcome[]): { read: number; kept: number } {
  const reports = outcomes.flatMap(({ report }) => report ?? []);
  const [read, ...others] = new Set(reports.map(({ counts }) => counts.read));
  if (read === undefined || others.length > 0) {
    throw new HourmillError(
      'HM_RUN_005',
      `the hours read different numbers of events: ${[read, ...others].join(', ')}`,
    );
  }
  return { read, kept: reports.reduce((sum, { counts }) => sum + counts.kept, 0) };
}

function sayWithoutDruid(outcomes: readonly HourOutcome[], warehouse: string): void {
  const { read, kept } = totals(outcomes);
  process.stdout.write(
    `rolled up: ${kept} events kept = ${read} events read; the Parquet files are under ${warehouse}\n` +
      'Not indexed: there is no Druid. Install Java 17 and Maven (Debian: apt-get install openjdk-17-jdk-headless maven), ' +
      'or Docker with its compose plugin, and run npm start again.\n',
  );
}

/** Asks Druid for every hour again, whether it was built just now or long ago. */
async function showAnswers(
  context: PipelineContext,
  druid: DemoDruid,
  outcomes: readonly HourOutcome[],
  signal: AbortSignal,
): Promise<void> {
  const { countMetric } = context.loaded.program;
  let served = 0n;
  for (const { chunk } of outcomes) {
    const hour = await verifyHour(context, chunk, signal);
    if (!hour.matches) throw new HourmillError('HM_DRUID_007', `${hour.hour}: ${hour.differences.join(', ')}`);
    served += BigInt(hour.served[countMetric] ?? 0);
  }
  const { sql, rows } = await topChannels(druid.broker, signal);
  process.stdout.write(`${sql}\n${table(['channel', 'events', 'added'], rows)}\n\n`);
  const { read } = totals(outcomes);
  if (served !== BigInt(read))
    throw new HourmillError('HM_DRUID_007', `${served} events in Druid, but ${read} events read`);
  process.stdout.write(`verified: ${served} events in Druid = ${read} events read\n`);
}
