import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoMillis, systemClock } from '@hourmill/core';
import { findWorkspace, produceFile } from '@hourmill/stack';
import type { DemoKafka } from './demo-servers.ts';

/** The sample in a Kafka: each event is there once. */
export interface DemoTopic {
  readonly topic: string;
  readonly messages: number;
}

/**
 * The topic of the sample, produced unless an earlier demo has done so: in one transaction, by the times of the events. What a
 * demo that was killed left of it is left alone, under a name that nobody looks at.
 */
export async function provideDemoTopic({ broker, dataDir }: DemoKafka, signal: AbortSignal): Promise<DemoTopic> {
  // Beside the broker's own data, so that neither is there without the other.
  const record = join(dataDir, 'demo-topic.json');
  if (existsSync(record)) return JSON.parse(readFileSync(record, 'utf8')) as DemoTopic;
  const topic = `wikiticker-${isoMillis(systemClock.now()).slice(0, 19).replaceAll(/\D/g, '')}`;
  process.stderr.write(`producing the sample into the topic ${topic}\n`);
  const { messages } = await produceFile({
    file: join(findWorkspace().root, 'data', 'wikiticker-2015-09-12-sampled.json.gz'),
    topic,
    brokers: [broker],
    partitions: 4,
    codec: 'zstd',
    delivery: 'transactional',
    fields: { key: ['page'], timestamp: ['time'] },
    signal,
  });
  const produced: DemoTopic = { topic, messages };
  writeFileSync(`${record}.new`, `${JSON.stringify(produced)}\n`);
  renameSync(`${record}.new`, record);
  return produced;
}
