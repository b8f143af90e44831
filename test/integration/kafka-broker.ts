import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type KafkaServer, startKafka } from '@hourmill/stack';
import kafkajs, { type Admin, type Kafka, type Message, type Producer, type RecordMetadata } from 'kafkajs';
import { expect, vi } from 'vitest';
import { processesOf } from './processes.ts';

const FOLDERS = join(import.meta.dirname, '../../.hourmill');
const { BROKER, TOPIC } = kafkajs.ConfigResourceTypes;
const PATIENT = { retries: 20, initialRetryTime: 50, maxRetryTime: 500 };

export interface TopicOptions {
  /** Default 1. */
  readonly partitions?: number;
  /** Settings of the topic, such as `compression.type`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A real broker of one test file, its topics and its producers. Nothing of it is left after it. */
export class TestBroker implements AsyncDisposable {
  readonly #folder: string;
  readonly #plain = new Map<string, Promise<Producer>>();
  readonly #clients: (Admin | Producer)[] = [];
  #server: KafkaServer;
  readonly kafka: Kafka;
  readonly admin: Admin;

  private constructor(folder: string, server: KafkaServer) {
    this.#folder = folder;
    this.#server = server;
    const brokers = [server.brokers.plaintext];
    this.kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING, retry: PATIENT });
    this.admin = this.kafka.admin();
    this.#clients.push(this.admin);
  }

  static async start(): Promise<TestBroker> {
    mkdirSync(FOLDERS, { recursive: true });
    const folder = mkdtempSync(join(FOLDERS, 'kafka-test-'));
    const broker = new TestBroker(folder, await startKafka({ dataDir: join(folder, 'broker'), onStep: () => {} }));
    await broker.admin.connect();
    return broker;
  }

  get server(): KafkaServer {
    return this.#server;
  }

  /** HOST:PORT without TLS and SASL. */
  get address(): string {
    return this.#server.brokers.plaintext;
  }

  async createTopic(topic: string, { partitions = 1, settings = {} }: TopicOptions = {}): Promise<void> {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await this.admin.createTopics({
      topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }],
    });
  }

  async alterTopic(topic: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await this.admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC, name: topic, configEntries }] });
  }

  /** The last stable offset of each partition: kafkajs asks as a reader of committed records. */
  async stableEnds(topic: string): Promise<number[]> {
    const offsets = await this.admin.fetchTopicOffsets(topic);
    return offsets.toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
  }

  /** A connected producer; with a transactional id one that writes transactions only. */
  async producer(transactionalId?: string): Promise<Producer> {
    const producer = this.kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      ...(transactionalId === undefined ? {} : { transactionalId, idempotent: true, maxInFlightRequests: 1 }),
    });
    await producer.connect();
    this.#clients.push(producer);
    return producer;
  }

  /**
   * Writes one batch; the offset of its first record. It outlives a broker that is killed. A producer of its own for each topic:
   * one that had written into a topic that is deleted would go on asking for it, and fail.
   */
  async produce(topic: string, messages: readonly Message[], partition = 0): Promise<number> {
    const producer = this.#plain.get(topic) ?? this.producer();
    this.#plain.set(topic, producer);
    return send(await producer, topic, partition, messages);
  }

  /** Deletes the records of partition 0 before an offset, as retention does. */
  async deleteBefore(topic: string, offset: number): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      await admin.fetchTopicOffsets(topic); // it looks for no leaders by itself
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    } finally {
      await admin.disconnect();
    }
  }

  /** Waits until all but the active segment of partition 0 is compacted. All records before the result are. */
  async compacted(topic: string): Promise<number> {
    const logDir = join(this.#folder, 'broker/log');
    // The cleaner looks for work every 15 s; its thread begins anew when a setting of it changes.
    const configEntries = [{ name: 'log.cleaner.backoff.ms', value: '100' }];
    await this.admin.alterConfigs({ validateOnly: false, resources: [{ type: BROKER, name: '1', configEntries }] });
    const segments = readdirSync(join(logDir, `${topic}-0`)).filter((name) => name.endsWith('.log'));
    const active = Math.max(...segments.map((name) => Number.parseInt(name, 10)));
    await vi.waitFor(
      () => {
        const checkpoint = readFileSync(join(logDir, 'cleaner-offset-checkpoint'), 'utf8');
        expect(checkpoint.split('\n')).toContain(`${topic} 0 ${active}`);
      },
      { timeout: 60_000, interval: 100 },
    );
    return active;
  }

  /** Starts the broker again on its data and its ports, after it ended for whatever reason. */
  async restart(): Promise<void> {
    const { ports } = this.#server;
    const start = () => startKafka({ dataDir: join(this.#folder, 'broker'), ports, onStep: () => {} });
    // The ports of a broker that was killed are taken until the system has cleared it away.
    this.#server = await vi.waitFor(start, { timeout: 60_000, interval: 200 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.disconnect().catch(() => {})));
    await this.#server.stop();
    expect(processesOf(this.#folder)).toEqual([]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One batch into one partition. The offset of its first record. */
export async function send(
  sender: Pick<Producer, 'send'>,
  topic: string,
  partition: number,
  messages: readonly Message[],
  compression = kafkajs.CompressionTypes.None,
): Promise<number> {
  const batch = messages.map((message) => ({ ...message, partition }));
  const [metadata]: RecordMetadata[] = await sender.send({ topic, messages: batch, acks: -1, compression });
  return Number(metadata?.baseOffset);
}
