import { addGaps, type KafkaRange, type KafkaSplit, NO_GAPS } from '@hourmill/core';
import { Random } from '@hourmill/testkit';
import type { CompressionTypes, Producer, Transaction } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { send, TestBroker } from './kafka-broker.ts';
import { PRODUCER_CODECS } from './kafka-codecs.ts';
import { buildSplits, cutAt, definitionOf, event, HOUR_MS, load, plannedListing } from './kafka-hours.ts';
import { WrittenLog, type WrittenTransaction } from './kafka-log.ts';

/**
 * Several producers write into the same partitions, in transactions and outside of them. Whatever range is read, and however it
 * is cut, exactly the records arrive that were committed, and every other offset is counted by its kind.
 */

/** Another seed gives other interleavings: HOURMILL_KAFKA_SEED=7. */
const SEED = Number(process.env['HOURMILL_KAFKA_SEED'] ?? 1);
const PARTITIONS = 3;
const STEPS = 90;
/** Responses of one batch, and of some transactions. */
const RESPONSE_BYTES = [1000, 50_000];
const ISOLATIONS = ['read_committed', 'read_uncommitted'] as const;

let broker: TestBroker;

beforeAll(async () => {
  broker = await TestBroker.start();
});

afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
});

/** A producer, and what it has told us of its work. */
class Writer {
  readonly #log: WrittenLog;
  readonly #name: string;
  readonly #producer: Producer;
  readonly #isTransactional: boolean;
  readonly #topic: string;
  #open: { readonly written: WrittenTransaction; readonly kafka: Transaction } | null = null;
  #records = 0;

  private constructor(log: WrittenLog, topic: string, name: string, producer: Producer, isTransactional: boolean) {
    this.#log = log;
    this.#topic = topic;
    this.#name = name;
    this.#producer = producer;
    this.#isTransactional = isTransactional;
  }

  static async connect(log: WrittenLog, topic: string, name: string, isTransactional = true): Promise<Writer> {
    const producer = await broker.producer(isTransactional ? `${topic}-${name}` : undefined);
    return new Writer(log, topic, name, producer, isTransactional);
  }

  /** One batch; begins a transaction where there is none. */
  async write(
    partition: number,
    count: number,
    pad = 0,
    codec: CompressionTypes = PRODUCER_CODECS.uncompressed,
  ): Promise<void> {
    if (this.#isTransactional) {
      this.#open ??= { written: { outcome: 'open' }, kafka: await this.#producer.transaction() };
    }
    const ids = Array.from({ length: count }, () => `${this.#name}${this.#records++}`);
    const messages = ids.map((id) => ({ value: event(id, pad), timestamp: String(HOUR_MS) }));
    const base = await send(this.#open?.kafka ?? this.#producer, this.#topic, partition, messages, codec);
    this.#log.add(partition, base, ids, this.#open?.written ?? null);
  }

  async end(outcome: 'committed' | 'aborted'): Promise<void> {
    if (this.#open === null) return;
    const { written, kafka } = this.#open;
    this.#open = null;
    await (outcome === 'committed' ? kafka.commit() : kafka.abort());
    written.outcome = outcome;
  }
}

/** The stable ends of the partitions, once the markers of the transactions that have ended are written. */
async function stableEnds(topic: string, log: WrittenLog): Promise<number[]> {
  return vi.waitFor(async () => {
    const ends = await broker.stableEnds(topic);
    expect(ends).toEqual(ends.map((_, partition) => log.stableEnd(partition)));
    return ends;
  });
}

/** Builds from these cuts and compares all that came out with what was written. */
async function expectExactly(
  log: WrittenLog,
  topic: string,
  cuts: readonly KafkaSplit[],
  maxBytes?: number,
): Promise<void> {
  const expected = cuts.map((cut) => log.expected(cut));
  // A second thread takes longer to start than to read all this.
  const options = maxBytes === undefined ? { workers: 2 } : { workers: 1, disturb: { tuning: { maxBytes } } };
  const { result, rows } = await buildSplits(load(definitionOf(broker.address, topic)), cuts, options);
  expect(rows.map(({ id }) => id)).toEqual(expected.flatMap(({ ids }) => ids).toSorted());
  expect(rows.every(({ events }) => events === 1n)).toBe(true);
  const found = new Map(result.splits.map(({ id, counts, gaps }) => [id, { read: counts.read, gaps }]));
  const wanted = cuts.map(({ id }, index) => [id, { read: expected[index]?.ids.length, gaps: expected[index]?.gaps }]);
  expect(found).toEqual(new Map(wanted as []));
  expect(result.gaps).toEqual(expected.map(({ gaps }) => gaps).reduce(addGaps, NO_GAPS));
}

describe.each([1, 2, 3].map((index) => SEED * 100 + index))('interleaving %i', (seed) => {
  const random = new Random(seed);
  const topic = `interleaved-${seed}`;
  const log = new WrittenLog(PARTITIONS);
  let writers: readonly Writer[];
  let compressionType: string;
  let topicId: string;

  /** Batches of one record, of some and of many, short and long. */
  const write = (writer: Writer): Promise<void> => {
    const count = random.chance(0.05) ? 1500 : random.between(1, random.pick([1, 5, 150]));
    const codec =
      compressionType === 'producer' ? random.pick(Object.values(PRODUCER_CODECS)) : PRODUCER_CODECS.uncompressed;
    return writer.write(random.below(PARTITIONS), count, random.pick([0, 30, 400]), codec);
  };
  const end = (writer: Writer) => writer.end(random.pick(['committed', 'aborted']));

  /** Ranges that begin and end anywhere up to the given ends, cut anywhere. */
  const someCuts = (ends: readonly number[], isolation: KafkaSplit['isolation']): KafkaSplit[] =>
    ends.flatMap((limit, partition) => {
      const [startOffset = 0, endOffset = 0] = [random.between(0, limit), random.between(0, limit)].sort(
        (a, b) => a - b,
      );
      const range: KafkaRange = { topic, topicId, partition, startOffset, endOffset };
      const at = Array.from({ length: random.below(4) }, () => random.between(startOffset, endOffset));
      return cutAt(range, at, { isolation });
    });

  beforeAll(async () => {
    await broker.createTopic(topic, { partitions: PARTITIONS });
    writers = await Promise.all(
      ['a', 'b', 'c', 'plain'].map((name) => Writer.connect(log, topic, name, name !== 'plain')),
    );
    for (let step = 0; step < STEPS; step++) {
      // Batches as producers compressed them, and all that the broker can make of them.
      if (step % 8 === 0) {
        compressionType = random.pick(['producer', ...Object.keys(PRODUCER_CODECS)]);
        await broker.alterTopic(topic, { 'compression.type': compressionType });
      }
      await (random.chance(0.7) ? write : end)(random.pick(writers));
    }
    await Promise.all(writers.slice(0, 2).map(write));
  });

  test('while transactions are open, anything below them', async () => {
    const ends = await stableEnds(topic, log);
    const { ranges: planned = [] } = await plannedListing(
      load(definitionOf(broker.address, topic, { source: 'isolation: read_uncommitted' })),
    );
    expect(planned.map(({ startOffset }) => startOffset)).toEqual([0, 0, 0]);
    planned.forEach(({ endOffset, partition }) => {
      expect(endOffset).toBeGreaterThan(log.lastOffset(partition));
    });
    topicId = planned[0]?.topicId ?? '';
    for (const maxBytes of RESPONSE_BYTES) await expectExactly(log, topic, someCuts(ends, 'read_committed'), maxBytes);
    const behindAll = ends.map((_, partition) => log.lastOffset(partition) + 1);
    expect(behindAll).not.toEqual(ends);
    await expectExactly(log, topic, someCuts(behindAll, 'read_uncommitted'));
  });

  test('when all have ended, ranges that begin and end in the midst of them', async () => {
    await Promise.all(writers.map(end));
    const ends = await stableEnds(topic, log);
    for (const maxBytes of RESPONSE_BYTES) await expectExactly(log, topic, someCuts(ends, 'read_committed'), maxBytes);
    const whole = ends.map((endOffset, partition) => ({ topic, topicId, partition, startOffset: 0, endOffset }));
    for (const isolation of ISOLATIONS) {
      await expectExactly(
        log,
        topic,
        whole.flatMap((range) => cutAt(range, [], { isolation })),
      );
    }
  });
});

describe('what other clients get wrong', () => {
  async function rangeOf(topic: string, log: WrittenLog): Promise<KafkaRange> {
    const [endOffset = 0] = await stableEnds(topic, log);
    const { ranges: [range] = [] } = await plannedListing(load(definitionOf(broker.address, topic)));
    if (range === undefined) throw new Error('there is a partition');
    return { ...range, startOffset: 0, endOffset };
  }

  test('two aborted transactions of one producer in one response', async () => {
    const topic = 'aborted-twice';
    const log = new WrittenLog(1);
    await broker.createTopic(topic);
    const writer = await Writer.connect(log, topic, 'a');
    for (const outcome of ['committed', 'aborted', 'committed', 'aborted', 'committed'] as const) {
      await writer.write(0, 2);
      await writer.end(outcome);
    }
    const range = await rangeOf(topic, log);
    expect(log.expected({ ...range, isolation: 'read_committed' })).toMatchObject({ gaps: { control: 5, aborted: 4 } });
    await expectExactly(log, topic, cutAt(range, []));
  });

  test('an aborted transaction larger than a response', async () => {
    const topic = 'aborted-large';
    const log = new WrittenLog(1);
    await broker.createTopic(topic);
    const writer = await Writer.connect(log, topic, 'a');
    for (let batch = 0; batch < 30; batch++) await writer.write(0, 200, 100);
    await writer.end('aborted');
    await writer.write(0, 2);
    await writer.end('committed');
    const range = await rangeOf(topic, log);
    expect(log.expected({ ...range, isolation: 'read_committed' })).toMatchObject({
      gaps: { control: 2, aborted: 6000 },
    });
    for (const maxBytes of [30_000, 100_000]) {
      await expectExactly(log, topic, cutAt(range, []), maxBytes);
      await expectExactly(log, topic, cutAt({ ...range, startOffset: 1234 }, [1500, 4321, 6000, 6001]), maxBytes);
    }
  });

  test('two interleaved transactions, both aborted in reverse order', async () => {
    const topic = 'aborted-interleaved';
    const log = new WrittenLog(1);
    await broker.createTopic(topic);
    const [first, second] = [await Writer.connect(log, topic, 'a'), await Writer.connect(log, topic, 'b')];
    for (const writer of [first, second, second, first]) await writer.write(0, 1);
    await second.end('aborted');
    await first.end('aborted');
    await first.write(0, 1);
    await first.end('committed');
    const range = await rangeOf(topic, log);
    for (const startOffset of [0, 1, 2, 3, 5]) {
      await expectExactly(log, topic, cutAt({ ...range, startOffset }, []), 100_000);
    }
  });
});
