import { HourmillError, type KafkaSplit } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import type { FetchQuery } from '../src/client/kafka-client.ts';
import type { FetchResponse } from '../src/protocol/fetch.ts';
import { EARLIEST, EARLIEST_LOCAL, LATEST } from '../src/protocol/list-offsets.ts';
import { PartitionLog } from '../src/read/partition-log.ts';
import { ResponseBuffers } from '../src/read/response-buffers.ts';

const SPLIT: KafkaSplit = {
  ...{ type: 'kafka', ordinal: 0, id: 'kafka:t/0@10-100', topic: 't', topicId: 'id', partition: 0 },
  ...{ startOffset: 10, endOffset: 100, bytes: 9_000, isolation: 'read_committed', tombstones: 'reject' },
} as const;

interface Batch {
  readonly base: number;
  readonly last?: number;
  readonly bytes?: number;
  readonly magic?: number;
  readonly epoch?: number;
}

/** Only the fields of the header that are looked at. */
function batch({ base, last = base, bytes = 100, magic = 2, epoch = 0 }: Batch): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeBigInt64BE(BigInt(base));
  buffer.writeInt32BE(bytes - 12, 8);
  buffer.writeInt32BE(epoch, 12);
  buffer.writeInt8(magic, 16);
  if (magic >= 2) buffer.writeInt32BE(last - base, 23);
  return buffer;
}

type Answer = Partial<FetchResponse> | Error;

const WHOLE: FetchResponse = {
  ...{ throttleMs: 0, errorCode: 0, highWatermark: 1_000, lastStableOffset: 1_000, logStartOffset: 0 },
  ...{ aborted: [], divergingOffset: null, records: new Uint8Array(0) },
};

/** A log that gets these answers, one by one; the time passes by sleeping and by waiting for the broker. */
function logOf(
  answers: Answer[],
  {
    split = SPLIT,
    topicId = 'id' as string | null,
    earliest = 0,
    earliestLocal = 0,
    latest = 1_000,
    acceptLoss = false,
  } = {},
) {
  let nowMs = 0;
  const queries: FetchQuery[] = [];
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  const client = {
    fetchNow: async (query: FetchQuery) => {
      queries.push(query);
      nowMs += query.maxWaitMs ?? 0;
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error || answer === undefined) throw answer;
      return { ...WHOLE, ...answer };
    },
    topicNow: async (name: string) => {
      if (topicId === null) throw new HourmillError('HM_INPUT_001', `no topic ${name}`);
      return { errorCode: 0, name, topicId, isInternal: false, partitions: [] };
    },
    offsets: async (_: string, [query]: readonly { timestamp: number }[]) => [
      {
        ...{ errorCode: 0, partition: 0, timestamp: -1, leaderEpoch: 0 },
        offset: { [EARLIEST]: earliest, [EARLIEST_LOCAL]: earliestLocal }[query?.timestamp ?? LATEST] ?? latest,
      },
    ],
    forget: () => {},
  };
  const log = new PartitionLog(split, new AbortController().signal, {
    ...{ client, clock, buffers: new ResponseBuffers(1_000), maxBytes: 1 << 20 },
    ...{ maxWaitMs: 500, deadlineMs: 120_000, recoveryMs: 30_000, acceptLoss },
  });
  return { log, queries, clock };
}

/** The bytes of all batches, and the offsets that were asked for. */
async function readAll(answers: Answer[], options: Parameters<typeof logOf>[1] = {}) {
  const { log, queries, clock } = logOf(answers, options);
  const read: Uint8Array[] = [];
  for (let batches = await log.fetch(); batches !== null; batches = await log.fetch()) read.push(batches.bytes);
  return { bytes: Buffer.concat(read), offsets: queries.map(({ offset }) => offset), queries, nowMs: clock.now() };
}

const passing = () => new HourmillError('HM_INPUT_005', 'it closed the connection');

describe('a split is read', () => {
  test('from where the batches before ended; one that is cut is asked for again', async () => {
    const [a, b, c] = [batch({ base: 5, last: 30 }), batch({ base: 31, last: 60 }), batch({ base: 61, last: 120 })];
    const answers = [{ records: Buffer.concat([a, b, c.subarray(0, 50)]) }, { records: c }];
    const { bytes, offsets } = await readAll(answers);
    expect(bytes).toEqual(Buffer.concat([a, b, c]));
    expect(offsets).toEqual([10, 61]);
  });

  test('up to the batch that begins behind its end, with holes on the way', async () => {
    const batches = [batch({ base: 20, last: 30 }), batch({ base: 50, last: 90 })];
    const records = Buffer.concat([...batches, batch({ base: 100 })]);
    const { bytes, offsets } = await readAll([{ records }]);
    expect([bytes, offsets]).toEqual([Buffer.concat(batches), [10]]);
  });

  test('though only a hole is left of it', async () => {
    expect(await readAll([{ records: batch({ base: 100, last: 200 }) }])).toMatchObject({ bytes: Buffer.alloc(0) });
    const { bytes, offsets } = await readAll([{ records: batch({ base: 10, last: 80 }) }, {}, {}]);
    expect([bytes.length, offsets]).toEqual([100, [10, 81, 81]]);
  });

  test('and a broker that holds back is no hole', async () => {
    const rest = { records: batch({ base: 10, last: 99 }) };
    const answers = [{ throttleMs: 100 }, { throttleMs: 100 }, {}, { throttleMs: 5 }, {}, rest];
    expect((await readAll(answers)).bytes.length).toBe(100);
  });

  test('and a broker that is slow to get them out of tiered storage is no hole', async () => {
    const rest = { records: batch({ base: 10, last: 99 }) };
    const { bytes, queries } = await readAll([{}, {}, {}, {}, rest], { earliestLocal: 60 });
    expect(bytes.length).toBe(100);
    expect(new Set(queries.map(({ maxWaitMs }) => maxWaitMs))).toEqual(new Set([500]));
    await expect(readAll([{}], { earliestLocal: 60 })).rejects.toMatchObject({
      code: 'HM_INPUT_005',
      message: expect.stringContaining('offset 10 in tiered storage'),
    });
  });

  test('with messages from before Kafka 0.11, for the engine to refuse', async () => {
    const records = Buffer.concat([batch({ base: 10, magic: 1, bytes: 34 }), batch({ base: 99, magic: 0, bytes: 30 })]);
    expect((await readAll([{ records }])).bytes).toEqual(records);
  });

  test('and little is asked for behind its end', async () => {
    const split = { ...SPLIT, startOffset: 0, endOffset: 3_000, bytes: 10_000_000 };
    const first = Array.from({ length: 10 }, (_, i) => batch({ base: i * 100, last: i * 100 + 99, bytes: 100_000 }));
    const { queries } = await readAll(
      [{ records: Buffer.concat(first) }, { records: batch({ base: 1_000, last: 2_999 }) }],
      {
        split,
      },
    );
    expect(queries.map(({ maxBytes }) => maxBytes)).toEqual([1 << 20, 1 << 20]);
    const { queries: near } = await readAll(
      [{ records: Buffer.concat(first) }, { records: batch({ base: 1_000, last: 1_199 }) }],
      { split: { ...split, endOffset: 1_200 } },
    );
    expect(near[1]?.maxBytes).toBe(200 * 1_000 * 1.05 + 100_000);
  });
});

describe('what passes by itself', () => {
  test('is tried again from the same offset', async () => {
    const answers = [
      { records: batch({ base: 10, last: 49, epoch: 3 }) },
      ...[
        passing(),
        { errorCode: 6 },
        { errorCode: 74 },
        { errorCode: 75 },
        { errorCode: 5 },
        { errorCode: 56 },
        passing(),
      ],
      ...[{ errorCode: 3 }, { errorCode: 100 }],
      { records: batch({ base: 50, last: 99 }) },
    ];
    const { bytes, offsets, queries, nowMs } = await readAll(answers);
    expect([bytes.length, new Set(offsets.slice(1))]).toEqual([200, new Set([50])]);
    expect(queries.map(({ lastFetchedEpoch }) => lastFetchedEpoch).slice(0, 2)).toEqual([-1, 3]);
    expect(nowMs).toBeGreaterThan(3_000);
  });

  test('is tried again no longer than the deadline', async () => {
    const { log, clock } = logOf([passing()]);
    await expect(log.fetch()).rejects.toMatchObject({ code: 'HM_INPUT_005' });
    expect(clock.now()).toBeGreaterThan(100_000);
    expect(clock.now()).toBeLessThan(250_000);
  });

  test('a new leader may take a while to know all offsets', async () => {
    const behind = { highWatermark: 50, lastStableOffset: 50 };
    const { bytes } = await readAll([behind, behind, behind, { records: batch({ base: 10, last: 99 }) }]);
    expect(bytes.length).toBe(100);
  });

  test('what does not is not tried again', async () => {
    for (const errorCode of [29, 999]) {
      const { log, queries } = logOf([{ errorCode }]);
      await expect(log.fetch()).rejects.toBeInstanceOf(HourmillError);
      expect(queries).toHaveLength(1);
    }
  });
});

describe('a log that is not what was planned', () => {
  const failing = async (answers: Answer[], options?: Parameters<typeof logOf>[1]) => readAll(answers, options);
  const gone = /offsets 10 to 60 of the planned offsets 10 to 100 are gone: the log begins at 60 now/;

  test.each([
    ['offsets are gone', [{ errorCode: 1 }], { earliest: 60 }, 'HM_INPUT_006', gone],
    ['its start has moved', [{ logStartOffset: 60 }], {}, 'HM_INPUT_006', gone],
    ['it is shorter', [{ highWatermark: 50, lastStableOffset: 50 }], {}, 'HM_INPUT_007', /ends at offset 50 now/],
    ['it ends before', [{ errorCode: 1 }], { latest: 5 }, 'HM_INPUT_007', /ends at offset 5 now/],
    ['it has another past', [{ divergingOffset: 7 }], {}, 'HM_INPUT_007', /from offset 7 on the log is not the one/],
    ['it is another topic', [{ errorCode: 100 }], { topicId: 'x' }, 'HM_INPUT_007', /made anew \(topic id x\)/],
    ['there is none any more', [{ errorCode: 3 }], { topicId: null }, 'HM_INPUT_007', /the topic was deleted since/],
    ['it waits for a transaction', [{ lastStableOffset: 50 }], {}, 'HM_INPUT_010', /began at offset 50 is open/],
    [
      'a batch ends before what was asked for',
      [{ records: batch({ base: 0, last: 5 }) }],
      {},
      'HM_INPUT_008',
      /at offset 10/,
    ],
    [
      'a batch begins within the one before',
      [{ records: Buffer.concat([batch({ base: 5, last: 30 }), batch({ base: 20, last: 60 })]) }],
      {},
      'HM_INPUT_008',
      /at offset 31 is damaged/,
    ],
    ['a header is none', [{ records: Buffer.alloc(100) }], {}, 'HM_INPUT_008', /batch at offset 10 is damaged/],
  ])('is refused: %s', async (_, answers, options, code, message) => {
    await expect(failing(answers, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      context: expect.objectContaining({ topic: 't', partition: 0 }),
    });
  });

  test.each([
    ['the broker says so', { errorCode: 1 }, { earliest: 60 }],
    ['its start has moved', { logStartOffset: 60 }, {}],
  ])('is read from where it begins now, where losses are accepted: %s', async (_, answer, options) => {
    const { log, queries } = logOf([answer, { logStartOffset: 60, records: batch({ base: 50, last: 99 }) }], {
      ...options,
      acceptLoss: true,
    });
    expect(await log.fetch()).toMatchObject({ bytes: new Uint8Array(0), goneBefore: 60 });
    expect((await log.fetch())?.bytes).toHaveLength(100);
    expect(await log.fetch()).toBeNull();
    expect(queries.map(({ offset }) => offset)).toEqual([10, 60]);
  });

  test('may be gone as a whole', async () => {
    const { log } = logOf([{ errorCode: 1 }], { earliest: 200, acceptLoss: true });
    expect(await log.fetch()).toMatchObject({ goneBefore: 100 });
    expect(log.isEnd).toBe(true);
  });
});
