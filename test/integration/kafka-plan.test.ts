import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chunkAt, type KafkaRange, type Listing, Secret, type SourceCheck } from '@hourmill/core';
import { type KafkaSourceOptions, kafkaSource } from '@hourmill/kafka';
import type { KafkaConnection } from '@hourmill/pipeline';
import { type KafkaServer, startKafka } from '@hourmill/stack';
import kafkajs, { type Admin, type Message, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hourmill } from '../../packages/cli/test/hourmill.ts';
import { processesOf } from './processes.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const FOLDERS = fileURLToPath(new URL('../../.hourmill/', import.meta.url));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CHUNK = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const FROM = CHUNK.startMs - 5 * MINUTE;
const TO = CHUNK.endMs + 15 * MINUTE;

let folder: string;
let broker: KafkaServer;
let admin: Admin;
let kafka: InstanceType<typeof kafkajs.Kafka>;
let producer: Producer;

beforeAll(async () => {
  mkdirSync(FOLDERS, { recursive: true });
  folder = mkdtempSync(join(FOLDERS, 'kafka-plan-test-'));
  broker = await startKafka({ dataDir: join(folder, 'broker') });
  const retry = { retries: 8, initialRetryTime: 50 };
  kafka = new kafkajs.Kafka({ brokers: [broker.brokers.plaintext], logLevel: kafkajs.logLevel.NOTHING, retry });
  admin = kafka.admin();
  await admin.connect();
  producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
});

afterAll(async () => {
  await producer?.disconnect();
  await admin?.disconnect();
  await broker?.stop();
  expect(processesOf(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

async function makeTopic(topic: string, settings: Record<string, string> = {}, numPartitions = 1): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }] });
}

/** One batch, unless more is asked for. */
async function produce(topic: string, times: readonly number[], { partition = 0, batch = 1_000 } = {}): Promise<void> {
  for (let at = 0; at < times.length; at += batch) {
    const messages = times
      .slice(at, at + batch)
      .map((time): Message => ({ partition, value: JSON.stringify({ time }), timestamp: String(time) }));
    await producer.send({ topic, messages });
  }
}

const plaintext = (): KafkaConnection => ({ brokers: [broker.brokers.plaintext], tls: null, sasl: null });

function sourceOf(topic: string, options: Partial<KafkaSourceOptions> = {}) {
  return kafkaSource({
    connection: plaintext(),
    topic,
    isolation: 'read_committed',
    tombstones: 'reject',
    window: { beforeMs: 5 * MINUTE, afterMs: 15 * MINUTE },
    ...options,
  });
}

async function planOf(topic: string, options: Partial<KafkaSourceOptions> = {}, chunk = CHUNK): Promise<Listing> {
  await using source = sourceOf(topic, options);
  return await source.list(chunk);
}

const offsetsOf = ({ ranges = [] }: Listing) =>
  ranges.map(({ startOffset, endOffset }: KafkaRange) => [startOffset, endOffset]);

/** Times of the window in no order. */
function mixed(count: number): number[] {
  return Array.from({ length: count }, (_, i) => FROM + ((i * 7_919_003) % (TO - FROM)));
}

describe('the plan of an hour, of CreateTime', () => {
  test('has the offsets of its window in each partition, by the id of the topic', async () => {
    await makeTopic('sorted', {}, 3);
    for (const partition of [0, 1]) {
      const times = [FROM - DAY, FROM - 1, FROM, CHUNK.startMs, TO - 1, TO, TO + 1].slice(partition);
      await produce('sorted', times, { partition, batch: 1 });
    }
    const plan = await planOf('sorted');
    expect(offsetsOf(plan)).toEqual([
      [2, 5],
      [1, 4],
      [0, 0],
    ]);
    expect(plan.losses).toEqual([]);
    expect(plan.splits.map(({ id }) => id)).toEqual(['kafka:sorted/0@2-5', 'kafka:sorted/1@1-4']);
    const topicId = (plan.ranges ?? [])[0]?.topicId;
    expect(topicId).toMatch(/^[\w-]{22}$/);
    expect(plan.splits).toMatchObject([{ topicId, bytes: expect.any(Number) }, { topicId }]);
    expect(await planOf('sorted')).toEqual(plan);
  });

  test('loses nothing to one record stamped a day ahead in mid-hour, in whatever order the others are', async () => {
    for (const [name, batch] of [
      ['ahead-single', 1],
      ['ahead-small', 7],
      ['ahead-large', 1_000],
    ] as const) {
      await makeTopic(name);
      const times = mixed(500).toSpliced(250, 0, CHUNK.startMs + DAY);
      const later = Array.from({ length: 300 }, (_, i) => TO + i * 1_000);
      await produce(name, [FROM - 2, FROM - 1], { batch: 1 });
      await produce(name, times, { batch });
      await produce(name, later, { batch });
      expect(offsetsOf(await planOf(name))).toEqual([[2, 503]]);
    }
  });

  test('loses nothing to one record stamped ahead that begins a batch of the hour', async () => {
    await makeTopic('ahead-first');
    await produce('ahead-first', [CHUNK.startMs + DAY, ...mixed(100)]);
    await produce('ahead-first', [TO, TO + 1, TO + 2]);
    expect(offsetsOf(await planOf('ahead-first'))).toEqual([[0, 101]]);
  });
});

test('the plan of an hour, of LogAppendTime, has what brokers stamped in it', async () => {
  await makeTopic('appended', { 'message.timestamp.type': 'LogAppendTime' });
  await produce('appended', mixed(100), { batch: 10 });
  const now = chunkAt(Date.now(), 'hour');
  expect(offsetsOf(await planOf('appended', {}, now))).toEqual([[0, 100]]);
  expect(offsetsOf(await planOf('appended', {}, chunkAt(Date.now() - 3 * HOUR, 'hour')))).toEqual([[0, 0]]);
  expect(offsetsOf(await planOf('appended', {}, chunkAt(Date.now() + 3 * HOUR, 'hour')))).toEqual([[100, 100]]);
});

test('an open transaction below the end is waited for until a deadline', async () => {
  await makeTopic('transactions');
  const transactional = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    transactionalId: 'plan',
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await transactional.connect();
  await produce('transactions', [FROM, FROM + 1], { batch: 1 });
  const transaction = await transactional.transaction();
  await transaction.send({ topic: 'transactions', messages: [{ value: '{}', timestamp: String(FROM + 2) }] });
  await produce('transactions', [FROM + 3]);

  const short = { transactionDeadlineMs: 300 };
  await expect(planOf('transactions', short)).rejects.toMatchObject({
    code: 'HM_INPUT_010',
    message: expect.stringContaining('a transaction that began at offset 2 of transactions/0 is still open'),
  });
  expect(offsetsOf(await planOf('transactions', { isolation: 'read_uncommitted' }))).toEqual([[0, 4]]);
  const stopped = AbortSignal.timeout(300);
  await using source = sourceOf('transactions');
  await expect(source.list(CHUNK, stopped)).rejects.toMatchObject({ name: 'TimeoutError' });

  const planned = planOf('transactions');
  await transaction.commit();
  expect(offsetsOf(await planned)).toEqual([[0, 4]]);
  await transactional.disconnect();
});

/** @param offset -1: all */
async function deleteBefore(topic: string, offset: number): Promise<void> {
  await admin.fetchTopicOffsets(topic); // so that the client knows who leads
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
}

describe('records that may be gone', () => {
  test('by DeleteRecords are a loss, with the offset', async () => {
    await makeTopic('deleted');
    await produce('deleted', mixed(10), { batch: 1 });
    await deleteBefore('deleted', 4);
    const { losses, ranges } = await planOf('deleted');
    expect(ranges).toMatchObject([{ startOffset: 4, endOffset: 10 }]);
    expect(losses).toMatchObject([
      { source: 'kafka:deleted/0', code: 'HM_INPUT_006', reason: expect.stringContaining('begins at offset 4') },
    ]);
  });

  test('are a loss too when none are left, and inside a batch whatever the retention is', async () => {
    await makeTopic('emptied', { 'retention.ms': String(10_000 * DAY) });
    await produce('emptied', mixed(10));
    await deleteBefore('emptied', 4);
    expect((await planOf('emptied')).losses).toMatchObject([{ reason: expect.stringContaining('DeleteRecords') }]);
    await makeTopic('all-gone');
    await produce('all-gone', mixed(10));
    await deleteBefore('all-gone', -1);
    const { losses, ranges } = await planOf('all-gone');
    expect(ranges).toMatchObject([{ startOffset: 10, endOffset: 10 }]);
    expect(losses).toMatchObject([{ source: 'kafka:all-gone/0' }]);
  });

  test('are no loss when retention by age cannot have reached them, or when enough older ones are there', async () => {
    await makeTopic('aged', { 'retention.ms': String(10_000 * DAY) });
    await produce('aged', [FROM - 1, FROM], { batch: 1 });
    await deleteBefore('aged', 1);
    expect((await planOf('aged')).losses).toEqual([]);
    await makeTopic('older');
    await produce('older', [FROM - 2], { batch: 1 });
    await produce('older', [...Array<number>(1_000).fill(FROM - 1), FROM]);
    await deleteBefore('older', 1);
    expect((await planOf('older')).losses).toEqual([]);
  });
});

test('a topic that is not there is named', async () => {
  await expect(planOf('nowhere')).rejects.toMatchObject({
    code: 'HM_INPUT_001',
    message: expect.stringContaining('nowhere'),
  });
});

describe('doctor', () => {
  async function findingsOf(source: { checks?(chunk: typeof CHUNK): readonly SourceCheck[] }) {
    const findings: Partial<Record<string, string>> = {};
    for (const { name, look } of source.checks?.(CHUNK) ?? []) {
      findings[name] = await look(AbortSignal.timeout(30_000)).catch((error) => `${error.code}: ${error.message}`);
    }
    return findings;
  }

  const asHourmill = (): KafkaConnection => ({
    brokers: [broker.brokers.saslSsl],
    tls: { ca: broker.ca },
    sasl: {
      mechanism: 'SCRAM-SHA-512',
      username: broker.users.client.username,
      password: new Secret(broker.users.client.password),
    },
  });

  async function allow(topic: string, ...operations: (keyof typeof AclOperationTypes)[]): Promise<void> {
    const acl = operations.map((operation) => ({
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${broker.users.client.username}`,
      host: '*',
      operation: AclOperationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW,
    }));
    await admin.createAcls({ acl });
  }

  test('names the ACLs that a user lacks, and is content once they are there', async () => {
    await makeTopic('guarded', { 'message.timestamp.after.max.ms': String(HOUR) }, 2);
    await using source = sourceOf('guarded', { connection: asHourmill() });
    expect(await findingsOf(source)).toEqual({
      'kafka brokers': expect.stringMatching(/^1 of cluster \S+, all answer; by TLS, as hourmill \(SCRAM-SHA-512\)$/),
      'kafka versions': expect.stringMatching(/^Metadata \d+, ListOffsets \d+, Fetch 13, DescribeConfigs 4$/),
      'kafka topic': expect.stringMatching(/^HM_INPUT_004: .*Describe on Topic:guarded/),
      'kafka access': expect.stringMatching(
        /^HM_INPUT_004: .*User:hourmill: Read on Topic:guarded .*, DescribeConfigs on Topic:guarded/,
      ),
      'kafka timestamps': 'HM_INPUT_004: not looked at: first kafka topic must be right',
      'kafka retention': 'HM_INPUT_004: not looked at: first kafka topic must be right',
      'kafka clock': 'HM_INPUT_004: not looked at: first kafka topic must be right',
      input: 'HM_INPUT_004: not looked at: first kafka topic must be right',
    });

    await allow('guarded', 'READ', 'DESCRIBE_CONFIGS');
    await vi.waitFor(async () => {
      await using again = sourceOf('guarded', { connection: asHourmill() });
      expect(await findingsOf(again)).toMatchObject({
        'kafka topic': expect.stringMatching(/^guarded, id [\w-]{22}, 2 partition\(s\), each has a leader$/),
        'kafka access': 'Read, Describe and DescribeConfigs on Topic:guarded',
        'kafka timestamps': expect.stringMatching(/^CreateTime: .* at most 1 h ahead/),
        'kafka retention': 'nothing is removed for its age',
        'kafka clock': 'unknown: the topic is empty, and Kafka tells its time by records alone',
        input:
          'record times from 2026-11-22T09:55:00.000Z to 2026-11-22T11:15:00.000Z: 0 offset(s) of 0 partition(s), 0 split(s)',
      });
    });
  });

  test('without the ACL for settings: the plan says which one would clear a start that moved', async () => {
    await makeTopic('half-guarded');
    await produce('half-guarded', mixed(4), { batch: 1 });
    await deleteBefore('half-guarded', 1);
    await allow('half-guarded', 'READ');
    await vi.waitFor(async () => {
      const { losses } = await planOf('half-guarded', { connection: asHourmill() });
      expect(losses[0]?.reason).toContain('the ACL DescribeConfigs on Topic:half-guarded');
    });
  });

  test('tells retention, whose times they are, and the clock of the broker', async () => {
    const settings = { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': String(HOUR) };
    await makeTopic('watched', { ...settings, 'retention.bytes': '1000000' });
    await produce('watched', [1]);
    await using source = sourceOf('watched');
    const chunk = chunkAt(Date.now(), 'hour');
    const findings = await findingsOf({ checks: () => source.checks?.(chunk) ?? [] });
    expect(findings['kafka timestamps']).toMatch(/^LogAppendTime/);
    expect(findings['kafka retention']).toMatch(
      /is kept for .* more \(retention.ms=3600000\); retention.bytes=1000000/,
    );
    expect(findings['kafka clock']).toMatch(
      /^by the broker the newest record is of .* ago by this machine: so its clock/,
    );
    expect(findings.input).toMatch(/: 1 offset\(s\) of 1 partition\(s\), 1 split\(s\)$/);

    expect((await findingsOf(source))['kafka retention']).toMatch(
      /^HM_INPUT_006: .*2026-11-22T09:55:00.000Z, is older/,
    );
  });

  test('by the command: every finding on its line, and the process ends', async () => {
    await makeTopic('by-command');
    const file = join(folder, 'by-command.yaml');
    writeFileSync(
      file,
      `name: by-command
source: { type: kafka, brokers: ["${broker.brokers.plaintext}"], topic: by-command }
format: { type: json }
timestamp: { column: at, format: auto }
rollup: { segmentGranularity: hour, queryGranularity: minute, dimensions: [], metrics: [{ name: events, type: count }] }
output: { store: "file:./warehouse" }
`,
    );
    const { status, stdout } = await hourmill(['doctor', '-p', file]);
    expect(stdout).toMatch(/^ok {3}kafka brokers: .*\n(.*\n)*ok {3}input: record times from/m);
    expect(status).toBe(0);
    const plan = await hourmill(['plan', '-p', file, '--hour', '2026-11-22T10']);
    expect(plan).toMatchObject({ status: 0 });
  });
});
