import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type KafkaServer, type KafkaUser, produceFile, stackDown, startKafka } from '@hourmill/stack';
import kafkajs, { type KafkaConfig, type SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hourmill } from '../../packages/cli/test/hourmill.ts';
import { decodersUsed, readMessages } from './kafka-reader.ts';
import { processesOf } from './processes.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const FOLDERS = fileURLToPath(new URL('../../.hourmill/', import.meta.url));
const EVENTS = Array.from({ length: 2_500 }, (_, event) =>
  JSON.stringify({ id: event, user: `u${event % 7}`, at: 1_795_341_600_000 + event, text: 'x'.repeat(event % 50) }),
);
const QUIET = { logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 8, initialRetryTime: 50 } };

let folder: string;
let broker: KafkaServer;

beforeAll(async () => {
  mkdirSync(FOLDERS, { recursive: true });
  folder = mkdtempSync(join(FOLDERS, 'kafka-test-'));
  broker = await startKafka({ dataDir: join(folder, 'shared') });
});

afterAll(async () => {
  await broker?.stop();
  expect(processesOf(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, content: string | Buffer = EVENTS.join('\n')): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const plaintext = () => new kafkajs.Kafka({ ...QUIET, brokers: [broker.brokers.plaintext] });

async function valuesOf(topic: string, count: number): Promise<string[]> {
  return (await readMessages(plaintext(), topic, count)).map(({ message }) => String(message.value));
}

/** How many offsets each partition has given away, markers of transactions included. */
async function endOffsets(topic: string): Promise<number[]> {
  const admin = plaintext().admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
  } finally {
    await admin.disconnect();
  }
}

describe('a file is produced', () => {
  test.each([
    ['none', []],
    ['gzip', ['GZIP']],
    ['snappy', ['Snappy']],
    ['lz4', ['LZ4']],
    ['zstd', ['ZSTD']],
  ] as const)('and read back the same, with codec %s', async (codec, decoders) => {
    const topic = `codec-${codec}`;
    const brokers = [broker.brokers.plaintext];
    const produced = await produceFile({ file: fileOf('in.json'), topic, brokers, codec });
    expect(produced).toEqual({ topic, partitions: 1, messages: EVENTS.length });
    decodersUsed.clear();
    expect(await valuesOf(topic, EVENTS.length)).toEqual(EVENTS);
    expect([...decodersUsed]).toEqual(decoders);
  });

  test('from gzip and zstd, blank lines left out, without a key into the partitions in turn', async () => {
    const brokers = [broker.brokers.plaintext];
    const topic = 'in-turn';
    const first = fileOf('in.json.gz', gzipSync('a\n\nb\r\nc\nd\n'));
    const second = fileOf('in.json.zst', zstdCompressSync('e\nf'));
    await produceFile({ file: first, topic, brokers, partitions: 3 });
    await produceFile({ file: second, topic, brokers });
    const read = await readMessages(plaintext(), topic, 6);
    const byPartition = [0, 1, 2].map((wanted) =>
      read.filter(({ partition }) => partition === wanted).map(({ message }) => String(message.value)),
    );
    expect(byPartition).toEqual([['a', 'd', 'e'], ['b', 'f'], ['c']]);
  });

  test('with keys and times of its events: one key lies in one partition', async () => {
    const brokers = [broker.brokers.plaintext];
    const fields = { key: ['user'], timestamp: ['at'] };
    await produceFile({ file: fileOf('in.json'), topic: 'keyed', brokers, partitions: 4, fields });
    const read = await readMessages(plaintext(), 'keyed', EVENTS.length);
    const partitionsOf = new Map<string, Set<number>>();
    for (const { partition, message } of read) {
      const { user, at } = JSON.parse(String(message.value));
      expect([String(message.key), message.timestamp]).toEqual([user, String(at)]);
      partitionsOf.set(user, (partitionsOf.get(user) ?? new Set()).add(partition));
    }
    expect([...partitionsOf.values()].map((partitions) => partitions.size)).toEqual(Array(7).fill(1));
    expect(new Set([...partitionsOf.values()].flatMap((partitions) => [...partitions])).size).toBeGreaterThan(1);
  });

  test('by an idempotent producer: each message once', async () => {
    const brokers = [broker.brokers.plaintext];
    await produceFile({ file: fileOf('in.json'), topic: 'idempotent', brokers, delivery: 'idempotent' });
    expect(await valuesOf('idempotent', EVENTS.length)).toEqual(EVENTS);
    expect(await endOffsets('idempotent')).toEqual([EVENTS.length]);
  });

  test('in one transaction: all of it, or for readers of committed messages nothing', async () => {
    const brokers = [broker.brokers.plaintext];
    const delivery = 'transactional';
    const whole = gzipSync(EVENTS.map((event) => event + Math.random()).join('\n'));
    const cut = fileOf('cut.json.gz', whole.subarray(0, whole.length - 10));
    const failed = produceFile({ file: cut, topic: 'transactional', brokers, delivery });
    await expect(failed).rejects.toMatchObject({ code: 'HM_INPUT_003' });
    await produceFile({ file: fileOf('in.json'), topic: 'transactional', brokers, delivery });
    expect(await valuesOf('transactional', EVENTS.length)).toEqual(EVENTS);
    // Two requests and the marker of their abort, then all messages and the marker of their commit.
    await vi.waitFor(async () => expect(await endOffsets('transactional')).toEqual([2_001 + EVENTS.length + 1]));
  });

  test('in one transaction, though a run that was killed has left its own open', async () => {
    const topic = 'left-open';
    const brokers = [broker.brokers.plaintext];
    const file = fileOf('in.json');
    await produceFile({ file: fileOf('one.json', 'first'), topic, brokers });
    const killed = plaintext().producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      transactionalId: `hourmill-produce-${topic}`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await killed.connect();
    await (await killed.transaction()).send({ topic, messages: [{ value: 'never committed' }] });
    await killed.disconnect();
    await produceFile({ file, topic, brokers, delivery: 'transactional' });
    expect(await valuesOf(topic, 1 + EVENTS.length)).toEqual(['first', ...EVENTS]);
  });

  test('not into a topic that is another one than asked for', async () => {
    const file = fileOf('one.json', '{}');
    const target = { file, topic: 'is-there', brokers: [broker.brokers.plaintext] };
    await produceFile({ ...target, partitions: 2, codec: 'lz4' });
    await expect(produceFile({ ...target, partitions: 3 })).rejects.toMatchObject({
      code: 'HM_USAGE_001',
      message: expect.stringContaining('has 2 partitions, not 3'),
    });
    await expect(produceFile({ ...target, codec: 'zstd' })).rejects.toMatchObject({
      code: 'HM_USAGE_001',
      message: expect.stringContaining('has compression.type lz4, not zstd'),
    });
    expect(await produceFile(target)).toMatchObject({ partitions: 2 });
  });

  test('or refused with the words of the broker', async () => {
    const file = fileOf('one.json', '{}');
    const refused = produceFile({ file, topic: 'no spaces', brokers: [broker.brokers.plaintext] });
    await expect(refused).rejects.toMatchObject({
      code: 'HM_STACK_005',
      message: expect.stringContaining('no spaces'),
    });
  });
});

describe('who connects', () => {
  /** Whether a client gets to see the cluster. */
  async function connects(config: KafkaConfig): Promise<boolean> {
    const admin = new kafkajs.Kafka({ ...QUIET, retry: { retries: 0 }, ...config }).admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length === 1;
    } finally {
      await admin.disconnect();
    }
  }

  const tls = () => ({ brokers: [broker.brokers.ssl], ssl: { ca: [broker.ca] } });
  const sasl = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', user: KafkaUser) =>
    ({ mechanism, ...user }) as SASLOptions;

  test('by TLS trusts the certificate given', async () => {
    expect(await connects(tls())).toBe(true);
  });

  test.each([
    ['no certificate', undefined],
    ['another one', rootCertificates[0]],
  ])('by TLS with %s is refused', async (_, ca) => {
    const refused = connects({ ...tls(), ssl: ca === undefined ? true : { ca: [ca] } });
    await expect(refused).rejects.toThrow(/self-signed certificate/);
  });

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('by %s has the right password', async (mechanism) => {
    const { brokers, users, ca } = broker;
    const secure = { brokers: [brokers.saslSsl], ssl: { ca: [ca] } };
    for (const user of Object.values(users)) {
      expect(await connects({ brokers: [brokers.saslPlaintext], sasl: sasl(mechanism, user) })).toBe(true);
      expect(await connects({ ...secure, sasl: sasl(mechanism, user) })).toBe(true);
    }
    const wrong = sasl(mechanism, { ...users.client, password: 'wrong' });
    for (const config of [{ brokers: [brokers.saslPlaintext] }, secure]) {
      await expect(connects({ ...config, sasl: wrong })).rejects.toMatchObject({
        name: 'KafkaJSSASLAuthenticationError',
      });
    }
  });

  test('with a name may do what an ACL allows, and nothing without', async () => {
    const { brokers, users } = broker;
    const topic = 'guarded';
    await produceFile({ file: fileOf('one.json', '{}'), topic, brokers: [brokers.plaintext] });
    const client = new kafkajs.Kafka({
      ...QUIET,
      brokers: [brokers.saslPlaintext],
      sasl: sasl('scram-sha-512', users.client),
    });
    const produce = async () => {
      const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
      await producer.connect();
      await producer.send({ topic, messages: [{ value: 'allowed' }] }).finally(() => producer.disconnect());
    };
    await expect(produce()).rejects.toThrow('Topic authorization failed');
    const admin = new kafkajs.Kafka({
      ...QUIET,
      brokers: [brokers.saslSsl],
      ssl: { ca: [broker.ca] },
      sasl: sasl('scram-sha-256', users.admin),
    }).admin();
    await admin.connect();
    const entry = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${users.client.username}`,
      host: '*',
      operation: AclOperationTypes.WRITE,
      permissionType: AclPermissionTypes.ALLOW,
    };
    await admin.createAcls({ acl: [entry] });
    await admin.disconnect();
    await vi.waitFor(produce, { timeout: 10_000, interval: 100 });
    expect(await valuesOf(topic, 2)).toEqual(['{}', 'allowed']);
  });
});

test('by the command: up, produce, killed, up again with its data, down', async () => {
  const data = ['--data', join(folder, 'by-command')];
  const run = async (...args: string[]) => {
    const ended = await hourmill(['stack', ...args, ...data]);
    expect(ended).toMatchObject({ status: 0 });
    return ended.stdout;
  };
  const produce = () => run('produce', fileOf('in.json'), '--topic', 'kept', '--key', 'user', '--transactional');
  try {
    const first = JSON.parse(await run('up', 'kafka', '--detach', '--json')).services.kafka;
    expect(await produce()).toBe('2500 messages into kept, partitions: 1\n');
    process.kill(first.process.pid, 'SIGKILL');
    await vi.waitFor(() => expect(processesOf(join(folder, 'by-command'))).toEqual([]), { timeout: 10_000 });
    expect(await run('status')).toMatch(/^# Kafka: not running/);
    const refused = await hourmill(['stack', 'produce', fileOf('in.json'), '--topic', 'kept', ...data]);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('hourmill stack up kafka') });

    expect(await run('up', 'kafka', '--detach')).toMatch(/^# Kafka: up;.*\nexport KAFKA_BROKERS=127\.0\.0\.1:\d+\n/);
    const again = JSON.parse(await run('status', '--json')).services.kafka;
    expect(again.caFile).toBe(first.caFile);
    await produce();
    const kafka = new kafkajs.Kafka({ ...QUIET, brokers: [again.brokers.plaintext] });
    const read = await readMessages(kafka, 'kept', 2 * EVENTS.length);
    expect(read.map(({ message }) => String(message.value))).toEqual([...EVENTS, ...EVENTS]);
    expect(await run('down')).toBe('stopped kafka\n');
  } finally {
    await stackDown({ dataDir: join(folder, 'by-command') });
  }
  expect(processesOf(join(folder, 'by-command'))).toEqual([]);
});
