import { zstdCompressSync } from 'node:zlib';
import { chunkAt } from '@hourmill/core';
import { CODEC } from '@hourmill/kernel';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hourmill, Workplace } from '../../packages/cli/test/hourmill.ts';
import { batchOf, encodeBatch, encodeRecords, recordOf } from '../../packages/kernel/test/support/kafka-batches.ts';
import { send, TestBroker } from './kafka-broker.ts';
import { PRODUCER_CODECS } from './kafka-codecs.ts';
import {
  buildSplits,
  cutAt,
  definitionOf,
  event,
  HOUR,
  HOUR_MS,
  load,
  MINUTE_MS,
  plannedListing,
  TestHour,
} from './kafka-hours.ts';
import { produceBatch } from './kafka-raw-produce.ts';

/** Which records an hour of a topic has, whatever their batches, times and neighbours look like. */

const DAY_MS = 24 * 60 * MINUTE_MS;
const NO_GAPS = { control: 0, aborted: 0, compacted: 0, tombstone: 0, lost: 0 };

let broker: TestBroker;

beforeAll(async () => {
  broker = await TestBroker.start();
});

afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
});

/** A record of the hour. */
function message(id: string, timeMs = HOUR_MS + MINUTE_MS, recordMs = timeMs): Message {
  return { value: event(id, 0, timeMs), timestamp: String(recordMs) };
}

/** A batch as no client sends it: kafkajs takes minutes to put one together. */
function largeBatch(count: number): Buffer {
  const records = Array.from({ length: count }, (_, index) => recordOf(index, event(`e${index}`)));
  const times = { baseTimestamp: BigInt(HOUR_MS), maxTimestamp: BigInt(HOUR_MS + count - 1) };
  const spec = batchOf(records, { baseOffset: 0n, leaderEpoch: -1, codec: CODEC.zstd, ...times });
  return encodeBatch(spec, zstdCompressSync(encodeRecords(records)));
}

describe('batches', () => {
  test.each(Object.entries(PRODUCER_CODECS))('by a producer with codec %s', async (name, codec) => {
    const topic = `produced-${name}`;
    await broker.createTopic(topic);
    const ids = Array.from({ length: 3000 }, (_, index) => `e${String(index).padStart(4, '0')}`);
    const producer = await broker.producer();
    for (let from = 0; from < ids.length; from += 500) {
      await send(
        producer,
        topic,
        0,
        ids.slice(from, from + 500).map((id) => message(id)),
        codec,
      );
    }
    await using hour = new TestHour(definitionOf(broker.address, topic));
    const report = await hour.run();
    expect((await hour.rows(report)).map(({ id }) => id)).toEqual(ids);
    expect(report.gaps).toEqual(NO_GAPS);
  });

  test('of 300,000 records, cut into splits, with duplicates in another partition', async () => {
    const topic = 'large-batch';
    const COUNT = 300_000;
    const limit = String(64 << 20);
    await broker.createTopic(topic, { partitions: 2, settings: { 'max.message.bytes': limit } });
    await produceBatch(broker.address, topic, 0, largeBatch(COUNT));
    // The splits of the plan: cut 0 of both partitions, then the further cuts of partition 0.
    const again = ['e5', 'e200000', 'e299999', 'e131071', 'e131072'];
    await broker.produce(
      topic,
      again.map((id) => message(id)),
      1,
    );

    const wins: Record<string, readonly string[]> = {};
    for (const keep of ['first', 'last']) {
      const definition = definitionOf(broker.address, topic, {
        dimensions: 'id, { name: partition, type: long, path: kafka.partition }',
        more: `deduplicate: { key: [id], keep: ${keep} }`,
      });
      const hashes = new Set<string>();
      for (const workers of [1, 2]) {
        await using hour = new TestHour(definition);
        hour.workers = workers;
        const report = await hour.run();
        expect(report.counts).toMatchObject({ read: COUNT + 5, kept: COUNT, duplicate: 5 });
        expect(report.gaps).toEqual(NO_GAPS);
        hashes.add(report.parts.map(({ sha256 }) => sha256).join());
        const rows = await hour.rows(report);
        expect(new Set(rows.map(({ id }) => id)).size).toBe(COUNT);
        wins[keep] = rows.filter(({ partition }) => partition === 1n).map(({ id }) => String(id));
      }
      expect(hashes.size).toBe(1);
    }
    expect(wins).toEqual({ first: ['e131072', 'e200000', 'e299999'], last: ['e131071', 'e5'] });
  });
});

test('what Kafka knows of a record is a field of it', async () => {
  const topic = 'fields';
  await broker.createTopic(topic, { partitions: 2 });
  const producer = await broker.producer();
  const at = (minute: number) => String(HOUR_MS + minute * MINUTE_MS);
  await send(producer, topic, 1, [
    { value: '{"id":"a"}', key: 'k1', timestamp: at(1), headers: { x: 'one', other: 'o' } },
    { value: '{"id":"b"}', key: null, timestamp: at(2), headers: { x: ['first', 'last'] } },
    { value: '{"id":"c","kafka":{"key":"of the event"}}', key: 'schlüssel', timestamp: at(3) },
  ]);
  await send(producer, topic, 0, [{ value: '{"id":"d"}', key: '', timestamp: at(4), headers: { x: '' } }]);
  const definition = definitionOf(broker.address, topic, {
    dimensions:
      'id, { name: key, path: kafka.key }, { name: x, path: kafka.headers.x }, { name: partition, type: long, path: kafka.partition }',
    metrics:
      '{ name: offset, type: longMax, field: kafka.offset }, { name: time, type: longMax, field: kafka.timestamp }',
  }).replace('column: t', 'column: kafka.timestamp');
  await using hour = new TestHour(definition);
  const rows = await hour.rows(await hour.run());
  expect(rows.map(({ __time, ...row }) => row)).toEqual(
    [
      { id: 'a', key: 'k1', x: 'one', partition: 1n, offset: 0n, time: BigInt(at(1)) },
      { id: 'b', key: null, x: 'last', partition: 1n, offset: 1n, time: BigInt(at(2)) },
      { id: 'c', key: 'schlüssel', x: null, partition: 1n, offset: 2n, time: BigInt(at(3)) },
      { id: 'd', key: '', x: '', partition: 0n, offset: 0n, time: BigInt(at(4)) },
    ].map((row) => ({ ...row, events: 1n })),
  );
  expect(rows.map(({ __time }) => Number(__time))).toEqual([1, 2, 3, 4].map((minute) => Number(at(minute))));
});

test('a message is a record whatever lies in it: several lines, none, or no value at all', async () => {
  const topic = 'odd-values';
  await broker.createTopic(topic);
  const timestamp = String(HOUR_MS);
  const pretty = (id: string) => `\n${JSON.stringify({ t: HOUR_MS, id }, null, 2)}\r\n`;
  const values = [pretty('a'), null, '', '{"broken', pretty('b'), null, `${event('c')}\n${event('d')}`];
  await broker.produce(
    topic,
    values.map((value) => ({ value, timestamp })),
  );
  const more = 'guards: { maxRejectedRatio: 1 }';
  await using rejecting = new TestHour(definitionOf(broker.address, topic, { more }));
  const rejected = await rejecting.run();
  expect((await rejecting.rows(rejected)).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(rejected.counts).toMatchObject({ read: 7, kept: 2, rejected: 5 });
  expect(rejected.rejects.reasons).toEqual({ HM_EVENT_001: 3, HM_EVENT_009: 2 });
  expect(rejected.gaps).toEqual(NO_GAPS);

  await using skipping = new TestHour(definitionOf(broker.address, topic, { more, source: 'tombstones: skip' }));
  const skipped = await skipping.run();
  expect((await skipping.rows(skipped)).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(skipped.counts).toMatchObject({ read: 5, kept: 2, rejected: 3 });
  expect(skipped.rejects.reasons).toEqual({ HM_EVENT_001: 3 });
  expect(skipped.gaps).toEqual({ ...NO_GAPS, tombstone: 2 });
});

describe('times of records', () => {
  test('in no order, some of them far ahead in mid-hour: nothing is lost', async () => {
    const topic = 'unsorted';
    await broker.createTopic(topic);
    const minutes = (minute: number) => HOUR_MS + minute * MINUTE_MS;
    const before = [message('before', minutes(-60))];
    const inside = Array.from({ length: 600 }, (_, index) =>
      message(`e${String(index).padStart(3, '0')}`, minutes((index * 37) % 60)),
    );
    const ahead = message('ahead', minutes(30), minutes(30) + DAY_MS);
    const after = Array.from({ length: 200 }, (_, index) => message(`after${index}`, minutes(80 + (index % 7))));
    for (let from = 0; from < 300; from += 50)
      await broker.produce(topic, [...before, ...inside.slice(from, from + 50)]);
    await broker.produce(topic, [ahead]);
    for (let from = 300; from < 600; from += 10) await broker.produce(topic, inside.slice(from, from + 10));
    await broker.produce(topic, after);
    await using hour = new TestHour(definitionOf(broker.address, topic));
    const rows = await hour.rows(await hour.run());
    const wanted = ['ahead', ...inside.map(({ value }) => JSON.parse(String(value)).id)];
    expect(rows.map(({ id }) => id).toSorted()).toEqual(wanted);
  });

  test('given by the broker: LogAppendTime counts, whatever producers say', async () => {
    const topic = 'append-time';
    await broker.createTopic(topic, { settings: { 'message.timestamp.type': 'LogAppendTime' } });
    const nowMs = Date.now();
    const chunk = chunkAt(nowMs, 'hour');
    const lies = [-300 * DAY_MS, 0, 5 * DAY_MS];
    for (let batch = 0; batch < 3; batch++) {
      await broker.produce(
        topic,
        lies.map((lie, index) => message(`e${batch}${index}`, nowMs, nowMs + lie)),
      );
    }
    const definition = load(
      definitionOf(broker.address, topic, {
        metrics:
          '{ name: least, type: longMin, field: kafka.timestamp }, { name: most, type: longMax, field: kafka.timestamp }',
      }),
    );
    const { ranges = [] } = await plannedListing(definition, chunk);
    expect(ranges).toMatchObject([{ startOffset: 0, endOffset: 9 }]);
    const { rows } = await buildSplits(
      definition,
      ranges.flatMap((range) => cutAt(range, [])),
      { chunk },
    );
    expect(rows.map(({ id }) => id)).toEqual(
      [0, 1, 2].flatMap((batch) => [0, 1, 2].map((index) => `e${batch}${index}`)),
    );
    for (const { least, most } of rows) {
      expect(Number(least)).toBeGreaterThanOrEqual(nowMs - 1000);
      expect(Number(most)).toBeLessThanOrEqual(Date.now() + 1000);
    }
  });
});

test('a topic that is compacted: what is left of it, and holes', async () => {
  const topic = 'compacted';
  const KEYS = 20;
  const ROUNDS = 12;
  await broker.createTopic(topic, {
    settings: { 'cleanup.policy': 'compact', 'segment.bytes': String(1 << 20), 'min.cleanable.dirty.ratio': '0.01' },
  });
  const producer = await broker.producer('compacted-tx');
  const written: { offset: number; key: string; id: string; isCommitted: boolean }[] = [];
  let transactions = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const records = Array.from({ length: KEYS }, (_, key) => ({
      key: `k${(key * 7) % (round + 9)}`,
      id: `r${round}k${key}`,
    }));
    // Three rounds are a segment, which is no smaller than 1 MiB.
    const messages = records.map(({ key, id }) => ({ key, value: event(id, 20_000), timestamp: String(HOUR_MS) }));
    const isTransaction = round % 3 > 0;
    const isCommitted = round % 3 < 2;
    if (isTransaction) {
      const transaction = await producer.transaction();
      const base = await send(transaction, topic, 0, messages);
      await (isCommitted ? transaction.commit() : transaction.abort());
      transactions += 1;
      records.forEach((record, index) => void written.push({ ...record, offset: base + index, isCommitted }));
    } else {
      const base = await broker.produce(topic, messages);
      records.forEach((record, index) => void written.push({ ...record, offset: base + index, isCommitted }));
    }
  }
  const cleaned = await broker.compacted(topic);
  expect(cleaned).toBeGreaterThan(((ROUNDS - 3) * (KEYS + 1) * 2) / 3);

  const latest = new Map(
    written
      .filter(({ offset, isCommitted }) => isCommitted && offset < cleaned)
      .map(({ key, offset }) => [key, offset]),
  );
  const left = written.filter(
    ({ key, offset, isCommitted }) => isCommitted && (offset >= cleaned || latest.get(key) === offset),
  );
  const aborted = written.filter(({ offset, isCommitted }) => !isCommitted && offset >= cleaned).length;
  await using hour = new TestHour(definitionOf(broker.address, topic));
  const report = await hour.run();
  expect((await hour.rows(report)).map(({ id }) => id).toSorted()).toEqual(left.map(({ id }) => id).toSorted());
  const [{ startOffset = 0, endOffset = 0 } = {}] = report.ranges ?? [];
  const control = endOffset - written.length;
  expect(control).toBeGreaterThanOrEqual(transactions - 1);
  const compacted = endOffset - startOffset - left.length - control - aborted;
  expect(compacted).toBeGreaterThan(100);
  expect(report.gaps).toEqual({ ...NO_GAPS, control, aborted, compacted });

  // Anywhere inside of it.
  const [range] = report.ranges ?? [];
  if (range === undefined) return expect.fail('there is a partition');
  for (const [from, to] of [
    [3, 50],
    [17, 18],
    [22, 140],
    [100, endOffset],
  ] as const) {
    const cuts = cutAt({ ...range, startOffset: from, endOffset: to }, [from + 1, (from + to) >> 1]);
    const built = await buildSplits(load(definitionOf(broker.address, topic)), cuts);
    const wanted = left.filter(({ offset }) => offset >= from && offset < to);
    expect(built.rows.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
  }
});

test('the same offsets are read again by --same-input although the topic has grown', async () => {
  using place = new Workplace();
  const topic = 'grown';
  await broker.createTopic(topic, { partitions: 2 });
  const fill = async (from: number) => {
    for (const partition of [0, 1]) {
      const ids = Array.from({ length: 500 }, (_, index) => message(`e${partition}-${from + index}`));
      await broker.produce(topic, ids, partition);
    }
  };
  const pipeline = place.file('x.yaml', definitionOf(broker.address, topic));
  const run = async (...flags: string[]) => {
    const { status, stdout, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--json', ...flags]);
    expect(stderr).not.toMatch(/HM_/);
    expect(status).toBe(0);
    const { counts, ranges, parts } = JSON.parse(stdout);
    return { counts, ranges, hashes: parts.map(({ sha256 }: { sha256: string }) => sha256) };
  };
  await fill(0);
  const first = await run();
  expect(first.counts).toMatchObject({ read: 1000, kept: 1000 });
  await fill(500);
  expect(await run('--force', '--same-input')).toEqual(first);
  expect(await run('--force', '--same-input', '--workers', '1')).toEqual(first);
  const grown = await run('--force');
  expect(grown.counts).toMatchObject({ read: 2000, kept: 2000 });
  expect(await run('--force', '--same-input')).toEqual(grown);
});
