import { resolve } from 'node:path';
import { HourmillError } from '@hourmill/core';
import { parseFieldPath } from '@hourmill/pipeline';
import { type ProduceCodec, type ProduceOptions, produceFile, stackStatus } from '@hourmill/stack';
import { printJson } from '../output/json.ts';
import { wholeNumber } from '../whole-number.ts';

interface ProduceFlags {
  readonly data: string;
  readonly topic: string;
  /** HOST:PORT,HOST:PORT. Default: the broker of the servers under `data`. */
  readonly brokers?: string;
  readonly partitions?: string;
  readonly codec?: ProduceCodec;
  readonly idempotent?: boolean;
  readonly transactional?: boolean;
  readonly key?: string;
  readonly timestamp?: string;
  readonly json?: boolean;
}

/** `hourmill stack produce`: each line of a file becomes a message. */
export async function stackProduceCommand(file: string, flags: ProduceFlags, signal: AbortSignal): Promise<void> {
  const produced = await produceFile({
    file: resolve(file),
    topic: flags.topic,
    brokers: brokersOf(flags),
    delivery: deliveryOf(flags),
    fields: {
      ...(flags.key !== undefined && { key: fieldPath('--key', flags.key) }),
      ...(flags.timestamp !== undefined && { timestamp: fieldPath('--timestamp', flags.timestamp) }),
    },
    ...(flags.partitions !== undefined && { partitions: wholeNumber('--partitions', flags.partitions, 1) }),
    ...(flags.codec !== undefined && { codec: flags.codec }),
    signal,
  });
  const { messages, topic, partitions } = produced;
  if (flags.json) printJson({ version: 1, ...produced });
  else process.stdout.write(`${messages} messages into ${topic}, partitions: ${partitions}\n`);
}

function deliveryOf({ idempotent, transactional }: ProduceFlags): NonNullable<ProduceOptions['delivery']> {
  if (transactional) return 'transactional';
  return idempotent ? 'idempotent' : 'plain';
}

function brokersOf({ brokers, data }: ProduceFlags): readonly string[] {
  if (brokers !== undefined) return brokers.split(',').map((broker) => broker.trim());
  const { kafka } = stackStatus({ dataDir: resolve(data) }).services;
  if (kafka?.running) return [kafka.brokers.plaintext];
  const advice = 'Start one with `hourmill stack up kafka`, or name one with --brokers';
  throw new HourmillError('HM_USAGE_001', `No Kafka of ${resolve(data)} is running. ${advice}`);
}

/** A field as a definition names it: `geo.city`. */
function fieldPath(flag: string, text: string): readonly string[] {
  try {
    return parseFieldPath(text);
  } catch (cause) {
    throw new HourmillError('HM_USAGE_001', `${flag}: ${(cause as Error).message}`, { cause });
  }
}
