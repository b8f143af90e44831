import { gzipSync, zstdCompressSync } from 'node:zlib';
import { chunkAt, type KafkaSplit, type Plan, type RecordSetReader, sumOfGaps } from '@hourmill/core';
import { CODEC, loadKernel, RECORD_BATCH_FLAG } from '@hourmill/kernel';
import { PLAIN_PROGRAM, TEST_HOUR } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchOf, encodeBatch, encodeRecords, recordOf, withCrc } from '../../kernel/test/support/kafka-batches.ts';
import { DEFAULT_TUNING } from '../src/options.ts';
import { MessageFeed } from '../src/scan/message-feed.ts';
import { openKernel } from '../src/worker/open-kernel.ts';
import { LogModel, logEvents } from './support/log-model.ts';

const MAX_RECORD_BYTES = 1000;
const KERNEL_BYTES = 1 << 30;
const NO_PARTS = { key: false, headers: false };

const plan: Plan = {
  version: 1,
  pipeline: 'p',
  hour: TEST_HOUR,
  chunk: chunkAt(Date.parse(TEST_HOUR), 'hour'),
  definitionHash: '',
  listingHash: '',
  splits: [],
  losses: [],
};
const limits = {
  memoryBytes: 2 ** 40,
  diskBytes: 2 ** 40,
  maxRecordBytes: MAX_RECORD_BYTES,
  maxRejectedBytes: 1 << 20,
};
const { kernel } = openKernel({
  me: 0,
  workers: 1,
  module: await loadKernel(),
  board: new SharedArrayBuffer(8),
  ranges: 1,
  plan,
  acceptLoss: false,
  knownKeys: 0,
  maxLateBytes: null,
  sidecars: { fingerprints: false, accumulators: false },
  source: null,
  options: { program: { ...PLAIN_PROGRAM, kafkaFields: true }, compression: { codec: 'none', level: 0 }, limits },
  tuning: DEFAULT_TUNING,
  kernelBytes: KERNEL_BYTES,
});
const batch = kernel.exports.allocate(kernel.exports.batchBytes());

function splitOf(startOffset: number, endOffset: number, rest: Partial<KafkaSplit> = {}): KafkaSplit {
  return {
    type: 'kafka',
    ordinal: 0,
    id: `kafka:t/7@${startOffset}-${endOffset}`,
    topic: 't',
    topicId: 'x',
    partition: 7,
    startOffset,
    endOffset,
    bytes: 0,
    isolation: 'read_committed',
    tombstones: 'reject',
    ...rest,
  };
}

interface SeenMessage {
  readonly offset: number | undefined;
  readonly value: string | null;
}

/** All messages, as the host would see them in their blocks. */
async function readAll(split: KafkaSplit, reader: RecordSetReader, acceptLoss = false) {
  const feed = new MessageFeed({
    kernel,
    split,
    reader,
    maxRecordBytes: MAX_RECORD_BYTES,
    parts: NO_PARTS,
    acceptLoss,
  });
  const seen: SeenMessage[] = [];
  try {
    for (;;) {
      kernel.exports.openBatch(batch);
      const more = feed.nextBlock();
      if (more instanceof Promise) await more;
      else if (more) seen.push(...messagesOfBlock(feed));
      else return { records: seen, gaps: feed.gaps };
    }
  } finally {
    await feed.close();
  }
}

function messagesOfBlock(feed: MessageFeed): SeenMessage[] {
  return Array.from({ length: kernel.exports.rowsOfBlock() }, (_, row) => {
    const { bytes, message } = feed.recordAt(row);
    const value = message?.isTombstone ? null : Buffer.from(bytes).toString('utf8');
    return { offset: message?.offset, value };
  });
}

const values = fc.option(
  fc.oneof(
    fc.constant(''),
    fc.string({ maxLength: 30 }),
    fc.nat({ max: 200 }).map((n) => `{"n":${n}\n}`),
  ),
  { freq: 8 },
);

describe('the messages of a cut of a partition', () => {
  test('are exactly the records of its offsets that are data, and all other offsets are gaps of their kind', async () => {
    const cases = fc.record({
      events: logEvents(values),
      logStart: fc.nat({ max: 50 }),
      from: fc.nat(),
      to: fc.nat(),
      isCommitted: fc.boolean(),
      skips: fc.boolean(),
      batchesASet: fc.integer({ min: 1, max: 6 }),
      waits: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ events, logStart, isCommitted, skips, batchesASet, waits, ...cut }) => {
        const log = new LogModel(events, logStart);
        const end = isCommitted ? log.lastStableOffset : log.endOffset;
        const from = logStart + (cut.from % (end - logStart + 1));
        const to = from + (cut.to % (end - from + 1));
        const split = splitOf(from, to, {
          isolation: isCommitted ? 'read_committed' : 'read_uncommitted',
          tombstones: skips ? 'skip' : 'reject',
        });
        const read = await readAll(split, log.reader(from, to, isCommitted, batchesASet, waits));
        expect(read).toEqual(log.expected(from, to, isCommitted, skips));
        expect(read.records.length + sumOfGaps(read.gaps)).toBe(to - from);
      }),
      { numRuns: 400 },
    );
  });

  test('may be 300,000 in one batch', async () => {
    const count = 300_000;
    const value = (index: number): string => `{"ts":"2026-11-22T10:00:00Z","n":${index}}`;
    const written = Array.from({ length: count }, (_, index) => value(index));
    const log = new LogModel([{ kind: 'write', producer: 0, codec: 'zstd', values: written, holes: [0] }]);
    const { records, gaps } = await readAll(splitOf(0, count), log.reader(0, count, true, 1));
    expect(records).toHaveLength(count);
    expect(records.at(-1)).toEqual({ offset: count - 1, value: value(count - 1) });
    expect(sumOfGaps(gaps)).toBe(0);
  }, 60_000);

  test('give back the memory that they were read into', async () => {
    const log = new LogModel([
      { kind: 'write', producer: 0, codec: 'lz4', values: Array(500).fill('{"a":1}'), holes: [0] },
    ]);
    const inUse: number[] = [];
    for (let time = 0; time < 4; time++) {
      await readAll(splitOf(0, 500), log.reader(0, 500, true, 1));
      inUse.push(kernel.exports.bytesInUse());
    }
    // The first time the scanner may learn how the records look.
    expect(new Set(inUse.slice(1)).size).toBe(1);
  });

  test('of a batch that inflates without an end are refused', async () => {
    const bomb = gzipSync(Buffer.alloc(257 << 20), { level: 1 });
    const reader = readerOf([encodeBatch(batchOf([recordOf(0, '')], { baseOffset: 0n, codec: CODEC.gzip }), bomb)]);
    await expect(readAll(splitOf(0, 1), reader)).rejects.toMatchObject({
      code: 'HM_INPUT_008',
      message: expect.stringContaining('inflates to more than 268435456 bytes'),
    });
  });
});

describe('zstd', () => {
  const records = [recordOf(0, '{"a":1}'), recordOf(1, '{"a":2}')];
  const zstd = (base: number, stored: Buffer): Buffer =>
    encodeBatch(batchOf(records, { baseOffset: BigInt(base), codec: CODEC.zstd }), stored);
  const whole = (base: number): Buffer => zstd(base, zstdCompressSync(encodeRecords(records)));

  test('may come in several frames, skippable and empty ones among them', async () => {
    const bytes = encodeRecords(records);
    const skippable = Buffer.from('5a2a4d18' + '03000000' + 'ffffff', 'hex');
    const pieces = [bytes.subarray(0, 5), Buffer.alloc(0), bytes.subarray(5)].map((piece) => zstdCompressSync(piece));
    const stored = Buffer.concat(pieces.flatMap((piece) => [skippable, piece, skippable]));
    const read = await readAll(splitOf(0, 4), readerOf([Buffer.concat([zstd(0, stored), whole(2)])]));
    expect(read.records.map(({ offset, value }) => `${offset} ${value}`)).toEqual([
      '0 {"a":1}',
      '1 {"a":2}',
      '2 {"a":1}',
      '3 {"a":2}',
    ]);
  });

  test('that is damaged in spite of its CRC, or cut, leaves the batches behind it alone', async () => {
    const good = zstdCompressSync(encodeRecords(records));
    const bad = [Buffer.from('no frame'), good.subarray(0, 9), good.subarray(0, 3), Buffer.alloc(0)];
    for (const stored of bad) {
      const set = Buffer.concat([whole(0), zstd(2, stored), whole(4)]);
      const { records: read, gaps } = await readAll(splitOf(0, 6), readerOf([set]), true);
      expect([read.map(({ offset }) => offset), gaps.lost]).toEqual([[0, 1, 4, 5], 2]);
      await expect(readAll(splitOf(0, 6), readerOf([set]))).rejects.toMatchObject({ code: 'HM_INPUT_008' });
    }
  });
});

describe('a damaged batch', () => {
  const good = (base: number): Buffer =>
    encodeBatch(batchOf([recordOf(0, '{"a":1}'), recordOf(1, '{"a":2}')], { baseOffset: BigInt(base) }));
  const flipped = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };

  test('ends the run with its place and what to do', async () => {
    const sets = [good(0), flipped(good(2), 70), good(4)];
    await expect(readAll(splitOf(0, 6), readerOf(sets))).rejects.toMatchObject({
      code: 'HM_INPUT_008',
      message:
        'partition 7 of topic t has a damaged record batch at offset 2: the CRC of a batch does not fit; another replica may have ' +
        'it whole (make it the leader and run again), or build the hour without it with --accept-loss',
    });
  });

  test('is left out and counted as lost where that was accepted', async () => {
    const offsetsOf = async (...sets: Buffer[]) => {
      const { records, gaps } = await readAll(splitOf(0, 6), readerOf(sets), true);
      return { offsets: records.map(({ offset }) => offset), lost: gaps.lost, rest: sumOfGaps(gaps) - gaps.lost };
    };
    const fitting = (bytes: Buffer): Buffer => withCrc(bytes);
    const badCrc = { offsets: [0, 1, 4, 5], lost: 2, rest: 0 };
    expect(await offsetsOf(good(0), flipped(good(2), 70), good(4))).toEqual(badCrc);
    expect(await offsetsOf(Buffer.concat([good(0), flipped(good(2), 70), good(4)]))).toEqual(badCrc);
    // A length that cannot be: nobody knows where the next batch of this set begins.
    expect(await offsetsOf(Buffer.concat([good(0), flipped(good(2), 8), good(4)]))).toEqual({
      offsets: [0, 1],
      lost: 4,
      rest: 0,
    });
    // The CRC fits; the second record is longer than its batch.
    expect(await offsetsOf(good(0), fitting(flipped(good(2), 77)), good(4))).toMatchObject({ rest: 0 });
    expect(await offsetsOf(good(0), good(2), flipped(good(4), 70))).toEqual({
      offsets: [0, 1, 2, 3],
      lost: 2,
      rest: 0,
    });
  });

  test('is lost as well where the log begins only behind it by now', async () => {
    const sets = [
      { bytes: good(0) },
      { bytes: Buffer.alloc(0), goneBefore: 3 },
      { bytes: good(2) },
      { bytes: Buffer.alloc(0), goneBefore: 9 },
    ];
    const queue = sets.map((set) => ({ aborted: [], ...set }));
    const reader = { next: () => queue.shift() ?? null, close: () => {} };
    const { records, gaps } = await readAll(splitOf(0, 6), reader, true);
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 3]);
    expect(gaps).toEqual({ control: 0, aborted: 0, compacted: 0, tombstone: 0, lost: 3 });
  });

  test('may hold the marker of an abort: what its producer wrote behind it is lost too, and said to be', async () => {
    const { transactional, control } = RECORD_BATCH_FLAG;
    const by5 = (base: number): Buffer =>
      encodeBatch(
        batchOf([recordOf(0, '{"a":1}')], { baseOffset: BigInt(base), producerId: 5n, flags: transactional }),
      );
    const marker = (base: number, type: number): Buffer => {
      const record = { ...recordOf(0, 'x'), key: Buffer.from([0, 0, 0, type]) };
      const flags = transactional | control;
      return encodeBatch(batchOf([record], { baseOffset: BigInt(base), producerId: 5n, flags }));
    };
    const bytes = Buffer.concat([by5(0), flipped(marker(1, 0), 70), by5(2), marker(3, 1)]);
    const sets = [{ bytes, aborted: [{ producerId: 5n, firstOffset: 0 }] }];
    const reader: RecordSetReader = { next: () => sets.shift() ?? null, close: () => {} };
    const { records, gaps } = await readAll(splitOf(0, 4), reader, true);
    expect(records).toEqual([]);
    expect(gaps).toEqual({ control: 1, aborted: 1, compacted: 0, tombstone: 0, lost: 2 });
  });

  test('may look like an old format behind its wrong length', async () => {
    const wrong = Buffer.from(good(2));
    wrong.writeInt32BE(60, 8); // the next batch begins within this one, where the byte of a magic is 0
    const reader = readerOf([Buffer.concat([good(0), wrong, Buffer.alloc(100)])]);
    expect((await readAll(splitOf(0, 6), reader, true)).gaps).toMatchObject({ lost: 4 });
  });

  test('of magic 0 or 1 is refused by name', async () => {
    const old = encodeBatch(batchOf([recordOf(0, 'x')]), encodeRecords([recordOf(0, 'x')]), { magic: 1 });
    await expect(readAll(splitOf(0, 6), readerOf([old]), true)).rejects.toMatchObject({ code: 'HM_INPUT_009' });
  });

  test('whichever bytes are damaged: a coded error or correct records, never anything else', async () => {
    const damage = fc.record({
      events: logEvents(values),
      flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
      isAccepted: fc.boolean(),
      fixesCrc: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ events, flips, isAccepted, fixesCrc }) => {
        const log = new LogModel(events);
        const end = log.lastStableOffset;
        const correct = new Map(log.expected(0, end, true, false).records.map(({ offset, value }) => [offset, value]));
        const inner = log.reader(0, end, true, 1);
        let index = 0;
        const reader: RecordSetReader = {
          ...inner,
          next: () => {
            const set = inner.next();
            if (set === null || set instanceof Promise) return set;
            const bytes = Buffer.from(set.bytes);
            for (const [at, bits] of flips) {
              // The CRC does not cover the base offset (KIP-98): a broker sets it without another look at the records.
              const place = 8 + (at % Math.max(1, bytes.length - 8));
              if (at % 3 === index % 3 && bytes.length > 0) bytes[place] = (bytes[place] ?? 0) ^ bits;
            }
            index += 1;
            return { ...set, bytes: fixesCrc && bytes.length > 61 ? withCrc(bytes) : bytes };
          },
        };
        try {
          const { records, gaps } = await readAll(splitOf(0, end), reader, isAccepted);
          expect(records.length + sumOfGaps(gaps)).toBe(end);
          // With a CRC that was made to fit, what is damaged may look sound.
          if (!fixesCrc) for (const { offset, value } of records) expect(value).toBe(correct.get(offset ?? -1));
        } catch (error) {
          expect((error as { code?: unknown }).code).toMatch(/^HM_INPUT_00[89]$/);
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** Each set is one that was asked for. */
function readerOf(sets: readonly Buffer[]): RecordSetReader {
  const left = [...sets];
  return {
    next: () => {
      const bytes = left.shift();
      return bytes === undefined ? null : { bytes, aborted: [] };
    },
    close: () => {},
  };
}
