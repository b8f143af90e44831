import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { startKafka } from '@hourmill/stack';
import type { Bench } from '../bench.ts';
import type { BenchCase } from '../cases.ts';
import type { KafkaInput } from '../contenders/contender.ts';
import { PEERS_FOLDER } from '../contenders/peer.ts';
import type { DataSet } from '../data/data-set.ts';

const TOPIC = 'events';
const PARTITIONS = 4;
/** Counted up when the topic or its batches are made in another way: brokers of an earlier one are not used any more. */
const TOPIC_VERSION = 1;

type Provider = Pick<Bench, 'inputs' | 'python' | 'signal'>;

/**
 * The folder of a broker that has the data set's events in one topic: made now, or found from an earlier time. It appears
 * under its name only when all messages are there and the broker has ended.
 */
export async function provideTopic(provider: Provider, job: BenchCase, dataSet: DataSet): Promise<string> {
  const { inputs, signal } = provider;
  const folder = join(inputs, `${basename(dataSet.folder)}-kafka${TOPIC_VERSION}-${PARTITIONS}p-${job.compression}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`producing ${basename(folder)} …\n`);
  const unfinished = await mkdtemp(join(inputs, 'unfinished-'));
  try {
    await produce(provider, job, dataSet, unfinished);
    signal.throwIfAborted();
    renameSync(unfinished, folder);
    return folder;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function produce({ python, signal }: Provider, job: BenchCase, dataSet: DataSet, folder: string): Promise<void> {
  await using server = await startKafka({ dataDir: folder, signal, onStep: () => {} });
  const request = {
    file: dataSet.files[0],
    brokers: server.brokers.plaintext,
    topic: TOPIC,
    partitions: PARTITIONS,
    compression: job.compression,
  };
  const producing = promisify(execFile)(python, [join(PEERS_FOLDER, 'produce.py'), JSON.stringify(request)], {
    signal,
  });
  writeFileSync(endsFile(folder), (await producing).stdout);
}

export interface ServedTopic extends AsyncDisposable {
  readonly kafka: KafkaInput;
}

/** Starts the broker of {@link provideTopic}. Disposing of it ends the broker; its topic stays. */
export async function serveTopic(folder: string, signal: AbortSignal): Promise<ServedTopic> {
  const server = await startKafka({ dataDir: folder, signal, onStep: () => {} });
  const { ends } = JSON.parse(readFileSync(endsFile(folder), 'utf8'));
  return {
    kafka: { brokers: server.brokers.plaintext, topic: TOPIC, ends },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

const endsFile = (folder: string) => join(folder, 'ends.json');
