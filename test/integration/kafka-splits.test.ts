import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { KafkaOpener, KafkaSplit, RecordSet, RecordSetReader } from '@hourmill/core';
import { Secret } from '@hourmill/core';
import type { KafkaConnection, KafkaSasl } from '@hourmill/pipeline';
import { type KafkaServer, startKafka } from '@hourmill/stack';
import kafkajs, { type Admin, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { KafkaClient } from '../../packages/kafka/src/client/kafka-client.ts';
import { type KafkaSplitTuning, openSplits } from '../../packages/kafka/src/read/kafka-split-opener.ts';
import { toWorkerOptions } from '../../packages/kafka/src/read/kafka-worker-options.ts';
import { processesOf } from './processes.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const FOLDERS = fileURLToPath(new URL('../../.hourmill/', import.meta.url));
const BATCHES = 60;
const BATCH_RECORDS = 25;

let folder: string;
let broker: KafkaServer;
let admin: Admin;
let producer: Producer;

beforeAll(async () => {
  mkdirSync(FOLDERS, { recursive: true });
  folder = mkdtempSync(join(FOLDERS, 'kafka-splits-'));
  broker = await startKafka({ dataDir: folder });
  ({ admin, producer } = clients());
  await Promise.all([admin.connect(), producer.connect()]);
  await fill('steady');
});

afterAll(async () => {
  await Promise.all([admin?.disconnect(), producer?.disconnect()]);
  await broker?.stop();
  expect(processesOf(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

function clients(): { admin: Admin; producer: Producer } {
  const retry = { retries: 12, initialRetryTime: 50, maxRetryTime: 1_000 };
  const kafka = new kafkajs.Kafka({ brokers: [broker.brokers.plaintext], logLevel: kafkajs.logLevel.NOTHING, retry });
  return {
    admin: kafka.admin(),
    producer: kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner }),
  };
}

/** A topic of one partition, of batches of 25 records that are about 10 KB each. */
async function fill(topic: string): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true });
  for (let batch = 0; batch < BATCHES; batch++) await produce(topic, batch, BATCH_RECORDS, 400);
}

async function produce(topic: string, batch: number, records: number, bytes: number): Promise<void> {
  const value = (record: number) => `${batch}.${record}.`.padEnd(bytes, 'x');
  await producer.send({ topic, messages: Array.from({ length: records }, (_, record) => ({ value: value(record) })) });
}

const plain = (): KafkaConnection => ({ brokers: [broker.brokers.plaintext], tls: null, sasl: null });

function opener(connection = plain(), tuning: KafkaSplitTuning = {}): KafkaOpener {
  return openSplits(structuredClone(toWorkerOptions(connection)), tuning);
}

/** As the plan will make it. */
async function splitOf(topic: string, startOffset: number, endOffset: number): Promise<KafkaSplit> {
  await using client = new KafkaClient({ connection: plain() });
  const { topicId } = await client.topic(topic);
  return {
    ...{ type: 'kafka', ordinal: 0, id: `kafka:${topic}/0@${startOffset}-${endOffset}`, topic, topicId, partition: 0 },
    ...{ startOffset, endOffset, bytes: (endOffset - startOffset) * 400 },
    ...{ isolation: 'read_committed', tombstones: 'reject' },
  };
}

interface ReadBatch {
  readonly base: number;
  readonly last: number;
  readonly bytes: Buffer;
}

function batchesOf({ bytes }: RecordSet): ReadBatch[] {
  const buffer = Buffer.from(bytes);
  const batches: ReadBatch[] = [];
  for (let at = 0; at < buffer.length; ) {
    const base = Number(buffer.readBigInt64BE(at));
    const end = at + 12 + buffer.readInt32BE(at + 8);
    expect(end).toBeLessThanOrEqual(buffer.length);
    batches.push({ base, last: base + buffer.readInt32BE(at + 23), bytes: buffer.subarray(at, end) });
    at = end;
  }
  return batches;
}

async function nextSet(reader: RecordSetReader): Promise<RecordSet | null> {
  for (;;) {
    const next = reader.next();
    if (!(next instanceof Promise)) return next;
    await next;
  }
}

interface Reading {
  readonly tuning?: KafkaSplitTuning;
  readonly connection?: KafkaConnection;
  readonly afterSet?: (sets: number) => Promise<void>;
}

async function read(split: KafkaSplit, { tuning, connection, afterSet }: Reading = {}) {
  await using splits = opener(connection, tuning);
  const reader = await splits.open(split, new AbortController().signal);
  const sets: ReadBatch[][] = [];
  const aborted: RecordSet['aborted'][] = [];
  try {
    for (let set = await nextSet(reader); set !== null; set = await nextSet(reader)) {
      sets.push(batchesOf(set));
      aborted.push(set.aborted);
      await afterSet?.(sets.length);
    }
  } finally {
    await reader.close();
  }
  return { sets, batches: sets.flat(), aborted };
}

/** All batches that hold offsets of the split, once, in order. */
function expectWhole(
  batches: readonly ReadBatch[],
  all: readonly ReadBatch[],
  { startOffset, endOffset }: KafkaSplit,
): void {
  const wanted = all.filter(({ base, last }) => last >= startOffset && base < endOffset);
  expect(batches.map(({ base, last }) => [base, last])).toEqual(wanted.map(({ base, last }) => [base, last]));
  expect(Buffer.concat(batches.map(({ bytes }) => bytes))).toEqual(Buffer.concat(wanted.map(({ bytes }) => bytes)));
}

describe('a split is read', () => {
  test('from any offset to any other, in answers of any size: whole batches, each once, in order', async () => {
    const end = BATCHES * BATCH_RECORDS;
    const { batches: all, sets } = await read(await splitOf('steady', 0, end));
    expect(sets).toHaveLength(1);
    expect(all.map(({ base }) => base)).toEqual(Array.from({ length: BATCHES }, (_, batch) => batch * BATCH_RECORDS));
    for (const [start, stop] of [
      [0, 1],
      [24, 25],
      [25, 26],
      [7, 777],
      [1_000, end],
      [end - 1, end],
      [30, 30],
    ] as const) {
      for (const maxBytes of [1, 30_000, 1 << 20]) {
        const split = await splitOf('steady', start, stop);
        const { batches } = await read(split, { tuning: { maxBytes } });
        expectWhole(batches, start === stop ? [] : all, split);
      }
    }
  });

  test('though a batch is larger than what an answer should have', async () => {
    const topic = 'large-batches';
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    for (let batch = 0; batch < 3; batch++) await produce(topic, batch, 100, 5_000);
    const { sets } = await read(await splitOf(topic, 0, 300), { tuning: { maxBytes: 100_000 } });
    expect(sets.map((batches) => batches.map(({ bytes }) => bytes.length > 500_000))).toEqual([[true], [true], [true]]);
  });

  test('ahead of its reader, but not more than so much', async () => {
    await using splits = opener(plain(), { maxBytes: 1, ahead: 2 });
    const client = vi.spyOn(KafkaClient.prototype, 'fetchNow');
    const reader = await splits.open(await splitOf('steady', 0, 1_500), new AbortController().signal);
    await vi.waitFor(() => expect(client).toHaveBeenCalledTimes(2));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(client).toHaveBeenCalledTimes(2);
    expect(reader.next()).not.toBeInstanceOf(Promise);
    expect(reader.next()).not.toBeInstanceOf(Promise);
    await vi.waitFor(() => expect(client).toHaveBeenCalledTimes(4));
    await reader.close();
    client.mockRestore();
  });

  test('with the aborted transactions that touch each answer', async () => {
    const topic = 'aborted';
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    const kafka = new kafkajs.Kafka({ brokers: [broker.brokers.plaintext], logLevel: kafkajs.logLevel.NOTHING });
    const transactional = kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      ...{
        transactionalId: 'tx',
        idempotent: true,
        maxInFlightRequests: 1,
        retry: { retries: 20, initialRetryTime: 50 },
      },
    });
    await transactional.connect();
    for (const end of ['commit', 'abort', 'abort'] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic, messages: [{ value: end }] });
      await transaction[end]();
    }
    const waitForEnd = async () => expect((await admin.fetchTopicOffsets(topic))[0]?.offset).toBe('6');
    await vi.waitFor(waitForEnd, { timeout: 10_000 });
    const { batches, aborted } = await read(await splitOf(topic, 0, 6));
    expect(batches.map(({ base }) => base)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(aborted.flat().map(({ firstOffset }) => firstOffset)).toEqual([2, 4]);
    expect(aborted.flat().every(({ producerId }) => typeof producerId === 'bigint')).toBe(true);

    const open = await transactional.transaction();
    await open.send({ topic, messages: [{ value: 'open' }] });
    const waiting = read(await splitOf(topic, 0, 7), { tuning: { recoveryMs: 500, maxWaitMs: 100, deadlineMs: 0 } });
    await expect(waiting).rejects.toMatchObject({ code: 'HM_INPUT_010' });
    await open.abort();
    await transactional.disconnect();
  });

  test('up to the abort of its signal, and not further', async () => {
    await using splits = opener(plain(), { maxWaitMs: 20_000 });
    const stop = new AbortController();
    const reader = await splits.open(await splitOf('steady', 1_499, 1_600), stop.signal);
    expect(await nextSet(reader)).not.toBeNull();
    const reason = new Error('enough');
    const waiting = nextSet(reader);
    setTimeout(() => stop.abort(reason), 50);
    await expect(waiting).rejects.toBe(reason);
    expect(() => reader.next()).toThrow(reason);
    await reader.close();
  });
});

describe('a log that changes', () => {
  test('offsets that are gone are refused, at the start and in the middle', async () => {
    const topic = 'shrinking';
    await fill(topic);
    const split = await splitOf(topic, 100, 1_500);
    const deleteUpTo = (offset: number) =>
      admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    // kafkajs gets to know the leader by that.
    await admin.fetchTopicOffsets(topic);
    const inTheMiddle = read(split, {
      tuning: { maxBytes: 1, ahead: 1 },
      afterSet: async (sets) => {
        if (sets === 5) await deleteUpTo(900);
      },
    });
    await expect(inTheMiddle).rejects.toMatchObject({
      code: 'HM_INPUT_006',
      exitCode: 5,
      message: expect.stringMatching(
        /^topic shrinking, partition 0: offsets \d+ to 900 of the planned offsets 100 to 1500 are gone/,
      ),
    });
    await expect(read(split)).rejects.toMatchObject({
      code: 'HM_INPUT_006',
      message: expect.stringContaining('offsets 100 to 900 of the planned offsets 100 to 1500 are gone'),
    });
  });

  test('a log that ends before the planned end is refused', async () => {
    const cut = read(await splitOf('steady', 1_400, 1_600), { tuning: { recoveryMs: 300, maxWaitMs: 100 } });
    await expect(cut).rejects.toMatchObject({
      code: 'HM_INPUT_007',
      message: expect.stringContaining('the log ends at offset 1500 now'),
    });
    const behind = read(await splitOf('steady', 1_550, 1_600), { tuning: { recoveryMs: 300, maxWaitMs: 100 } });
    await expect(behind).rejects.toMatchObject({ code: 'HM_INPUT_007' });
  });

  test('a topic that was deleted, or made anew, is refused', async () => {
    const topic = 'replaced';
    await fill(topic);
    const split = await splitOf(topic, 0, 1_500);
    const inTheMiddle = read(split, {
      tuning: { maxBytes: 1, ahead: 1 },
      afterSet: async (sets) => {
        if (sets !== 5) return;
        await admin.deleteTopics({ topics: [topic] });
        await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
      },
    });
    const planned = `topic id ${split.topicId}`;
    await expect(inTheMiddle).rejects.toMatchObject({
      code: 'HM_INPUT_007',
      message: expect.stringContaining(planned),
    });
    await expect(read(split)).rejects.toMatchObject({
      code: 'HM_INPUT_007',
      message: expect.stringMatching(/was deleted and made anew \(topic id .{22}\) since the plan/),
    });
    await admin.deleteTopics({ topics: [topic] });
    const missing = () =>
      expect(read(split)).rejects.toMatchObject({
        message: expect.stringContaining('the topic was deleted since the plan'),
      });
    await vi.waitFor(missing, { timeout: 5_000 });
  });
});

describe('who may read', () => {
  const sasl = (
    mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512',
    username: string,
    password: string,
  ): KafkaSasl => ({
    ...{ mechanism, username, password: new Secret(password) },
  });
  const entering = async (connection: KafkaConnection) =>
    (await read(await splitOf('steady', 0, 30), { connection })).batches;

  test('who comes by TLS and trusts the certificate, and by SASL with the right password', async () => {
    const { brokers, users, ca } = broker;
    const { username, password } = users.admin;
    const warned = vi.fn();
    process.on('warning', warned);
    expect(await entering({ brokers: [brokers.ssl], tls: { ca }, sasl: null })).toHaveLength(2);
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
      const identity = sasl(mechanism, username, password);
      expect(await entering({ brokers: [brokers.saslPlaintext], tls: null, sasl: identity })).toHaveLength(2);
      expect(await entering({ brokers: [brokers.saslSsl], tls: { ca }, sasl: identity })).toHaveLength(2);
    }
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });

  test('who comes by a token that the module of source.sasl.tokenProvider gives (OAUTHBEARER)', async () => {
    const tokenProvider = join(folder, 'token-provider.mjs');
    const enteringAs = async (name: string, seconds: number) => {
      // RFC 7519 without a signature, as the local broker takes it.
      writeFileSync(
        tokenProvider,
        `const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
         const now = Date.now() / 1000;
         export default async () => ({
           value: \`\${part({ alg: 'none' })}.\${part({ sub: '${name}', iat: now - 60, exp: now + ${seconds} })}.\`,
         });`,
      );
      // Modules are kept by their addresses.
      const address = `${pathToFileURL(tokenProvider).href}?${name}${seconds}`;
      const identity: KafkaSasl = { mechanism: 'OAUTHBEARER', tokenProvider: address };
      return entering({ brokers: [broker.brokers.saslSsl], tls: { ca: broker.ca }, sasl: identity });
    };
    expect(await enteringAs('admin', 3600)).toHaveLength(2);
    await expect(enteringAs('somebody', 3600)).rejects.toMatchObject({
      code: 'HM_INPUT_004',
      message: expect.stringContaining('Topic:steady'),
    });
    await expect(enteringAs('admin', -30)).rejects.toMatchObject({
      code: 'HM_INPUT_004',
      message: expect.stringContaining('the broker refuses the token that source.sasl.tokenProvider gave'),
    });
  });

  /** Each is refused at once with code 4 and a text that names the remedy, and says nothing secret. */
  const refusals: [string, () => KafkaConnection, RegExp][] = [
    [
      'the wrong CA',
      () => ({ brokers: [broker.brokers.ssl], tls: { ca: rootCertificates[0] ?? '' }, sasl: null }),
      /certificate is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\): name the authority that signed it as source\.tls\.ca/,
    ],
    [
      'a certificate that is none',
      () => ({ brokers: [broker.brokers.ssl], tls: { ca: '-----BEGIN NOTHING' }, sasl: null }),
      /check source\.tls|source\.tls\.ca/,
    ],
    [
      'a name where nobody asks for one',
      () => ({ ...plain(), sasl: sasl('PLAIN', 'admin', 'h1dden') }),
      /this port asks nobody for a name: leave source\.sasl out/,
    ],
    [
      'a mechanism that the broker does not have',
      () => ({
        ...{ brokers: [broker.brokers.saslPlaintext], tls: null },
        sasl: { mechanism: 'OAUTHBEARER', tokenProvider: '/nowhere.mjs' },
      }),
      /does not take OAUTHBEARER: choose another source\.sasl\.mechanism/,
    ],
    ...(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map(
      (mechanism): [string, () => KafkaConnection, RegExp] => [
        `the wrong password by ${mechanism}`,
        () => ({ brokers: [broker.brokers.saslPlaintext], tls: null, sasl: sasl(mechanism, 'admin', 'h1dden') }),
        /the broker does not know user "admin", or not with this password: correct source\.sasl/,
      ],
    ),
  ];
  test.each(refusals)('not with %s', async (_, connection, message) => {
    const refused = await entering(connection()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'HM_INPUT_004', exitCode: 5, message: expect.stringMatching(message) });
    expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused)) + String(refused)).not.toContain('h1dden');
  });

  test.each([
    ['no TLS', () => ({ ...plain(), brokers: [broker.brokers.ssl] }), /does this port ask for TLS/],
    ['TLS', () => ({ ...plain(), tls: {} }), /does this port speak TLS\?/],
    ['no SASL', () => ({ ...plain(), brokers: [broker.brokers.saslPlaintext] }), /or SASL \(source\.sasl\)\?/],
    ['nobody listening', () => ({ ...plain(), brokers: ['127.0.0.1:1'] }), /ECONNREFUSED/],
  ])('a port that does not answer to %s gets a hint', async (_, connection, message) => {
    await using client = new KafkaClient({ connection: connection(), deadlineMs: 0 });
    await expect(client.topic('steady')).rejects.toMatchObject({
      code: 'HM_INPUT_005',
      message: expect.stringMatching(message),
    });
  });

  test('who has the ACLs Describe and Read; the one that is missing is named', async () => {
    const { username, password } = broker.users.client;
    const connection: KafkaConnection = {
      ...{ brokers: [broker.brokers.saslPlaintext], tls: null, sasl: sasl('SCRAM-SHA-512', username, password) },
    };
    const allow = (operation: number) =>
      admin.createAcls({
        acl: [
          {
            ...{ resourceType: AclResourceTypes.TOPIC, resourceName: 'steady' },
            ...{ resourcePatternType: ResourcePatternTypes.LITERAL, principal: `User:${username}`, host: '*' },
            ...{ operation, permissionType: AclPermissionTypes.ALLOW },
          },
        ],
      });
    const refusedFor = (operation: string) => async () =>
      expect(entering(connection)).rejects.toMatchObject({
        code: 'HM_INPUT_004',
        message: expect.stringContaining(`\`${operation} on Topic:steady\``),
      });
    await refusedFor('Describe')();
    await allow(AclOperationTypes.DESCRIBE);
    await vi.waitFor(refusedFor('Read'), { timeout: 10_000 });
    await allow(AclOperationTypes.READ);
    await vi.waitFor(async () => expect(await entering(connection)).toHaveLength(2), { timeout: 10_000 });
  });
});

test('the broker is killed in the middle and comes back: nothing is missing, nothing comes twice', async () => {
  const split = await splitOf('steady', 3, 1_500);
  const { batches: undisturbed } = await read(split);
  let restarted: Promise<KafkaServer> | undefined;
  const { batches } = await read(split, {
    tuning: { maxBytes: 1, ahead: 1 },
    afterSet: async (sets) => {
      if (sets !== 20) return;
      const { ports } = broker;
      // The broker leads no group of its own: what leads it only waits for it.
      process.kill(-broker.process.pid, 'SIGKILL');
      await broker.exited;
      // Its ports are taken until the system has cleared it away.
      restarted = vi.waitFor(() => startKafka({ dataDir: folder, ports }), { timeout: 60_000, interval: 200 });
      restarted.catch(() => {});
    },
  });
  broker = (await restarted) ?? broker;
  expectWhole(batches, undisturbed, split);
});
