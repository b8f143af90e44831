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
import { type DemoServers, startDemoServers } from './demo-servers.ts';
import { provideDemoTopic } from './demo-topic.ts';
import { topChannels } from './top-channels.ts';

interface DemoOptions {
  readonly data: string;
  /** By way of a Kafka. */
  readonly kafka?: boolean;
}

const DAY = ['2015-09-12', '2015-09-13'] as const;

/**
 * `npm start`: the 24 hours of the sample into a Druid on this machine, verified by SQL; without a Druid their Parquet files.
 * With `--kafka` they are produced into a Kafka first, and read from there.
 */
export async function demo(options: DemoOptions, signal: AbortSignal): Promise<void> {
  const dataDir = resolve(options.data);
  const warehouse = resolve(dataDir, 'warehouse');
  await using servers = await startDemoServers(dataDir, warehouse, options.kafka ?? false, signal);
  const topic = servers?.kafka === undefined ? null : await provideDemoTopic(servers.kafka, signal);
  const environment = { ...process.env, ...servers?.environment, ...(topic && { KAFKA_TOPIC: topic.topic }) };
  const name = topic === null ? 'wikiticker.yaml' : 'wikiticker-kafka.yaml';
  const pipeline = join(findWorkspace().root, 'pipelines', name);
  await using context = await openPipeline({ pipeline, store: `file:${warehouse}` }, environment);
  const outcomes = await buildDay(servers === null ? { ...context, indexer: null } : context, signal);
  const remark =
    topic === null
      ? 'each hour reads the file of the whole day: the events of other hours are strays'
      : 'each hour reads 20 minutes more than itself: the events of other hours are strays';
  process.stdout.write(`${outcomeTable(outcomes)}\n(${remark})\n\n`);
  throwFailures(outcomes);
  if (servers === null) sayWithoutDruid(outcomes, warehouse);
  else await showAnswers(context, servers, topic ?? fileInput(outcomes), signal);
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

/** What the day's events were before they came to Druid: `39244 events read`. */
interface DemoInput {
  readonly messages: number;
  readonly topic?: string;
}

/** The number of events of the file. Each hour reads all of it. */
function fileInput(outcomes: readonly HourOutcome[]): DemoInput {
  const reports = outcomes.flatMap(({ report }) => report ?? []);
  const [read, ...others] = new Set(reports.map(({ counts }) => counts.read));
  if (read === undefined || others.length > 0) {
    throw new HourmillError(
      'HM_RUN_005',
      `the hours read different numbers of events: ${[read, ...others].join(', ')}`,
    );
  }
  return { messages: read };
}

function sayWithoutDruid(outcomes: readonly HourOutcome[], warehouse: string): void {
  const { messages } = fileInput(outcomes);
  const kept = outcomes.reduce((sum, { report }) => sum + (report?.counts.kept ?? 0), 0);
  process.stdout.write(
    `rolled up: ${kept} events kept = ${messages} events read; the Parquet files are under ${warehouse}\n` +
      'Not indexed: there is no Druid. Install Java 17 and Maven (Debian: apt-get install openjdk-17-jdk-headless maven), ' +
      'or Docker with its compose plugin, and run npm start again.\n',
  );
}

/** Asks Druid for every hour again, whether it was built just now or long ago. */
async function showAnswers(
  context: PipelineContext,
  { broker }: DemoServers,
  { messages, topic }: DemoInput,
  signal: AbortSignal,
): Promise<void> {
  const { definition, program } = context.loaded;
  const { countMetric } = program;
  let served = 0n;
  for (const chunk of hoursOf(...DAY, definition.rollup)) {
    const hour = await verifyHour(context, chunk, signal);
    if (!hour.matches) throw new HourmillError('HM_DRUID_007', `${hour.hour}: ${hour.differences.join(', ')}`);
    served += BigInt(hour.served[countMetric] ?? 0);
  }
  const { sql, rows } = await topChannels(broker, definition.druid?.dataSource ?? '', signal);
  process.stdout.write(`${sql}\n${table(['channel', 'events', 'added'], rows)}\n\n`);
  const input = topic === undefined ? `${messages} events read` : `${messages} messages in Kafka`;
  if (served !== BigInt(messages)) throw new HourmillError('HM_DRUID_007', `${served} events in Druid, but ${input}`);
  process.stdout.write(`verified: ${served} events in Druid = ${input}\n`);
}
