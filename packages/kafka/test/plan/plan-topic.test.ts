import type { Clock } from '@hourmill/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_OFFSETS } from '../../src/plan/cut-ranges.ts';
import { type PlanOptions, planTopic } from '../../src/plan/plan-topic.ts';
import type { TopicRetention } from '../../src/plan/topic-retention.ts';
import { type BatchTimes, KEPT_FOR_EVER, MemoryLog, type MemoryPartition } from './memory-log.ts';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 10, 22, 10);
const TO = FROM + HOUR;
const NOW = TO + HOUR;
const WINDOW = { fromMs: FROM, toMs: TO };

class TestClock implements Clock {
  #nowMs = NOW;
  now = (): number => this.#nowMs;
  sleep = async (ms: number): Promise<void> => {
    this.#nowMs += ms;
  };
}

function plan(log: MemoryLog, options: Partial<PlanOptions> = {}) {
  return planTopic(log, WINDOW, {
    isolation: 'read_committed',
    tombstones: 'reject',
    clock: new TestClock(),
    ...options,
  });
}

const single = (...times: number[]): BatchTimes[] => times.map((time) => [time]);
const hourOf = (batches: readonly BatchTimes[]): MemoryPartition => ({ batches });

describe('the plan of a topic', () => {
  test('has the offsets of the window in every partition, and a range without a split where there are none', async () => {
    const log = new MemoryLog([
      hourOf(single(FROM - 1, FROM, TO - 1, TO)),
      hourOf([]),
      hourOf(single(FROM - 2, FROM - 1)),
      hourOf(single(TO, TO + 1)),
    ]);
    const { splits, ranges, losses } = await plan(log, { tombstones: 'skip' });
    expect(ranges?.map(({ partition, startOffset, endOffset }) => [partition, startOffset, endOffset])).toEqual([
      [0, 1, 3],
      [1, 0, 0],
      [2, 2, 2],
      [3, 0, 0],
    ]);
    expect(splits).toEqual([
      {
        type: 'kafka',
        ordinal: 0,
        id: 'kafka:events/0@1-3',
        topic: 'events',
        topicId: 'a-topic-id',
        partition: 0,
        startOffset: 1,
        endOffset: 3,
        bytes: 2 * 461,
        isolation: 'read_committed',
        tombstones: 'skip',
      },
    ]);
    expect(losses).toEqual([]);
  });

  test('cuts large ranges from their starts, ordinals by number of cut and partition', async () => {
    const many = (records: number): MemoryPartition =>
      hourOf([[FROM - 1], ...Array.from({ length: records / 1024 }, () => Array<number>(1024).fill(FROM))]);
    const log = new MemoryLog([many(CUT_OFFSETS + 1024), many(1024), many(2 * CUT_OFFSETS)]);
    const { splits } = await plan(log);
    expect(splits.map(({ id }) => id)).toEqual([
      'kafka:events/0@1-131073',
      'kafka:events/1@1-1025',
      'kafka:events/2@1-131073',
      'kafka:events/0@131073-132097',
      'kafka:events/2@131073-262145',
    ]);
    expect(splits.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3, 4]);
  });

  test('every record of the window is in exactly one split, whatever holes compaction left', async () => {
    const time = fc.option(fc.integer({ min: FROM - HOUR, max: TO - 1 }), { freq: 4 });
    const batch = fc.array(time, { minLength: 1, maxLength: 20 });
    const later = fc.array(
      fc.integer({ min: TO, max: TO + HOUR }).map((at): BatchTimes => [at]),
      { maxLength: 20 },
    );
    const partition = fc.tuple(fc.array(batch, { maxLength: 30 }), later).map(([batches, after]) => {
      const log = [...batches, ...after.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))];
      return hourOf(log);
    });
    await fc.assert(
      fc.asyncProperty(fc.array(partition, { minLength: 1, maxLength: 4 }), async (partitions) => {
        const log = new MemoryLog(partitions);
        const { splits } = await plan(log);
        for (const number of log.partitions) {
          const own = splits.flatMap((split) => (split.type === 'kafka' && split.partition === number ? [split] : []));
          for (const offset of log.offsetsOf(number, (timeMs) => timeMs >= FROM && timeMs < TO)) {
            expect(own.filter((split) => split.startOffset <= offset && offset < split.endOffset)).toHaveLength(1);
          }
        }
      }),
    );
  });
});

describe('open transactions', () => {
  const batches = single(FROM, FROM + 1, TO);

  test('below the end are waited for', async () => {
    const { splits } = await plan(new MemoryLog([{ batches, stableEnds: [0, 0, 1, 2] }]));
    expect(splits.map(({ id }) => id)).toEqual(['kafka:events/0@0-2']);
  });

  test('behind the end are nobody’s business', async () => {
    const clock = { ...new TestClock(), sleep: () => Promise.reject(new Error('nothing to wait for')) };
    await plan(new MemoryLog([{ batches, stableEnds: [2] }]), { clock });
  });

  test('do not hold up who reads uncommitted records', async () => {
    await plan(new MemoryLog([{ batches, stableEnds: [0] }]), { isolation: 'read_uncommitted' });
  });

  test('that stay end the plan at the deadline, with partition and offset', async () => {
    const log = new MemoryLog([hourOf(batches), { batches, stableEnds: [1] }]);
    await expect(plan(log, { transactionDeadlineMs: 1_000 })).rejects.toMatchObject({
      code: 'HM_INPUT_010',
      message: expect.stringContaining('a transaction that began at offset 1 of events/1 is still open after 1 s'),
    });
  });
});

describe('a log that begins where the range does', () => {
  const SAFE: TopicRetention = { maxAgeMs: 24 * HOUR, maxBytes: null, deletes: true };
  const cases: [string, TopicRetention | null, RegExp | null][] = [
    ['retention by age has not reached the window', SAFE, null],
    ['it has', { ...SAFE, maxAgeMs: 2 * HOUR }, /retention\.ms=7200000 removes what is older than 2026-11-22T10:00:00/],
    ['there is retention by size', { ...SAFE, maxBytes: 1000 }, /retention\.bytes=1000/],
    ['nothing is ever removed', KEPT_FOR_EVER, /DeleteRecords or an earlier retention/],
    ['only compaction removes', { ...SAFE, deletes: false }, /DeleteRecords or an earlier retention/],
    ['settings may not be read', null, /ACL DescribeConfigs on Topic:events/],
  ];
  test.each(cases)('is a loss or none: %s', async (_, retention, reason) => {
    const log = new MemoryLog([{ batches: single(FROM, FROM + 1, FROM + 2), logStart: 1 }], retention);
    const { losses, ranges } = await plan(log);
    expect(ranges).toMatchObject([{ startOffset: 1, endOffset: 3 }]);
    if (reason === null) expect(losses).toEqual([]);
    else {
      expect(losses).toMatchObject([{ source: 'kafka:events/0', code: 'HM_INPUT_006' }]);
      expect(losses[0]?.reason).toMatch(/^the log begins at offset 1, and records from 2026-11-22T10:00:00\.000Z on/);
      expect(losses[0]?.reason).toMatch(reason);
    }
  });

  test('is a loss when it is empty', async () => {
    const { losses } = await plan(new MemoryLog([{ batches: single(FROM), logStart: 1 }]));
    expect(losses).toMatchObject([{ code: 'HM_INPUT_006' }]);
  });

  test('is a loss inside a batch: only DeleteRecords does that', async () => {
    const { losses } = await plan(new MemoryLog([{ batches: [[FROM, FROM + 1]], logStart: 1 }], SAFE));
    expect(losses[0]?.reason).toContain('DeleteRecords');
  });

  test('is none at offset 0, and none when enough older records are there', async () => {
    const older = { batches: single(...Array<number>(1_001).fill(FROM - 1), FROM), logStart: 1 };
    const onlyOlder = { batches: single(FROM - 3, FROM - 2, FROM - 1), logStart: 1 };
    expect((await plan(new MemoryLog([hourOf(single(FROM)), older, onlyOlder]))).losses).toEqual([]);
  });

  test('is a loss though a record that came late is the first that is left', async () => {
    const late = { batches: single(FROM, FROM - 1, FROM + 1), logStart: 1 };
    const { losses, ranges } = await plan(new MemoryLog([late]));
    expect(ranges).toMatchObject([{ startOffset: 2, endOffset: 3 }]);
    expect(losses).toMatchObject([{ code: 'HM_INPUT_006', reason: expect.stringContaining('begins at offset 1') }]);
  });
});
