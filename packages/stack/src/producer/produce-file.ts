import { HourmillError } from '@hourmill/core';
import type { Kafka, Producer } from 'kafkajs';
import type { MessageFields } from './message-fields.ts';
import { messageRequests } from './message-requests.ts';
import { muteNegativeTimeouts } from './negative-timeouts.ts';
import { provideTopic, type WantedTopic } from './produce-topic.ts';

/** The most that a broker allows by default. */
const TRANSACTION_TIMEOUT_MS = 15 * 60 * 1000;

export interface ProduceOptions extends WantedTopic {
  /** Plain, `.gz` or `.zst`: one message a line, none for a blank one. */
  readonly file: string;
  /** HOST:PORT of plaintext listeners. */
  readonly brokers: readonly string[];
  /**
   * `idempotent`: a request that is sent again is written once. `transactional`: all messages in one transaction, so that
   * readers of committed messages see all or none. Default `plain`: neither.
   */
  readonly delivery?: 'plain' | 'idempotent' | 'transactional';
  /** Default: no keys, and the time of sending. */
  readonly fields?: MessageFields;
  readonly signal?: AbortSignal;
}

export interface Produced {
  readonly topic: string;
  readonly partitions: number;
  readonly messages: number;
}

/**
 * Produces each line of a file into a topic, which is made if missing: with a key to the partition that Kafka's own
 * clients choose by it, without one in turn. On return all in-sync replicas have every message. A failure leaves the
 * messages that were sent until then, with `transactional` none that is committed. Throws HM_STACK_005 with the words of
 * the broker or the client, HM_USAGE_001 and what `messageLines` throws when topic or file are not as asked for.
 */
export async function produceFile(options: ProduceOptions): Promise<Produced> {
  const { default: kafkajs } = await import('kafkajs');
  using _ = muteNegativeTimeouts();
  const { NOTHING: logLevel } = kafkajs.logLevel;
  const kafka = new kafkajs.Kafka({ clientId: 'hourmill', brokers: [...options.brokers], logLevel });
  try {
    const partitions = await withTopic(kafka, options);
    const messages = await withProducer(kafka, options, partitions);
    return { topic: options.topic, partitions, messages };
  } catch (error) {
    if (!isOfKafka(error)) throw error;
    const where = `${options.topic} of ${options.brokers.join(', ')}`;
    throw new HourmillError('HM_STACK_005', `Producing into ${where} failed: ${error.message}`, { cause: error });
  }
}

async function withTopic(kafka: Kafka, options: ProduceOptions): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await provideTopic(admin, options);
  } finally {
    await admin.disconnect();
  }
}

async function withProducer(kafka: Kafka, options: ProduceOptions, partitions: number): Promise<number> {
  const { default: kafkajs } = await import('kafkajs');
  const { delivery = 'plain', topic } = options;
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: delivery !== 'plain',
    maxInFlightRequests: 1,
    ...(delivery === 'transactional' && {
      // The same for each run: the next one ends what a killed one left open.
      transactionalId: `hourmill-produce-${topic}`,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
    }),
  });
  await producer.connect();
  try {
    const send = delivery === 'transactional' ? inTransaction : sendAll;
    return await send(producer, options, partitions);
  } finally {
    await producer.disconnect();
  }
}

async function inTransaction(producer: Producer, options: ProduceOptions, partitions: number): Promise<number> {
  const transaction = await producer.transaction();
  try {
    const messages = await sendAll(transaction, options, partitions);
    await transaction.commit();
    return messages;
  } catch (error) {
    // What ended the transaction counts, not that its end fails too.
    if (transaction.isActive()) await transaction.abort().catch(() => {});
    throw error;
  }
}

async function sendAll(sender: Pick<Producer, 'send'>, options: ProduceOptions, partitions: number): Promise<number> {
  let sent = 0;
  for await (const messages of messageRequests(options.file, options.fields ?? {}, partitions)) {
    options.signal?.throwIfAborted();
    await sender.send({ topic: options.topic, messages, acks: -1 });
    sent += messages.length;
  }
  return sent;
}

/** Errors of kafkajs have no class in common that it exports for `import`; their names begin alike. */
function isOfKafka(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}
