import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settleEnd } from '../../src/plan/settle-end.ts';
import { type BatchTimes, MemoryLog, type MemoryPartition } from './memory-log.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 10, 22, 9, 55);
const TO = Date.UTC(2026, 10, 22, 11, 15);
const WINDOW = { fromMs: FROM, toMs: TO };

async function endOf(partition: MemoryPartition) {
  const log = new MemoryLog([partition]);
  const limit = (await log.offsets({ at: 'end' }, [0])).get(0) ?? 0;
  const answer = (await log.offsets({ at: 'time', timeMs: TO }, [0])).get(0) ?? limit;
  const lookAt = (offset: number, maxBytes: number) => log.batches(0, offset, maxBytes);
  const end = await settleEnd({ window: WINDOW, answer, limit, lookAt });
  return { end, answer, limit, log };
}

/** Batches of `size` records, one record every `stepMs`. */
function steady(fromMs: number, toMs: number, stepMs: number, size: number): BatchTimes[] {
  const batches: number[][] = [];
  for (let at = fromMs; at < toMs; at += stepMs * size) {
    batches.push(Array.from({ length: size }, (_, i) => at + i * stepMs));
  }
  return batches;
}

const single = (...times: number[]): BatchTimes[] => times.map((time) => [time]);
const lengthOf = (batches: readonly BatchTimes[]): number => batches.reduce((sum, batch) => sum + batch.length, 0);

describe('the end of a window in the log', () => {
  test('is the answer of the broker where times never fall and no batch may hide any', async () => {
    const { end, answer } = await endOf({ batches: steady(FROM, TO + HOUR, 1000, 1) });
    expect(end).toBe(answer);
    expect(end).toBe((TO - FROM) / 1000);
  });

  test('is the answer with LogAppendTime, after a single look', async () => {
    const { end, answer, log } = await endOf({
      batches: steady(FROM, TO + 9 * HOUR, 1000, 10),
      isAppendTime: true,
    });
    expect(end).toBe(answer);
    expect(log.looks).toBe(1);
  });

  test('is the log end where nothing later is in it, without a look', async () => {
    const { end, limit, log } = await endOf({ batches: single(FROM, FROM + 1, TO - 1) });
    expect([end, log.looks]).toEqual([limit, 0]);
  });

  test('lies behind the batch that holds the answer: its header hides the times of most records', async () => {
    expect((await endOf({ batches: [[TO - 5, TO + 1, TO - 3], [TO + 2], [TO + 3]] })).end).toBe(3);
    expect((await endOf({ batches: [[TO - 5], [TO + 1, TO - 3], [TO + 2], [TO + 3]] })).end).toBe(3);
  });

  test('is not moved by records of long ago or without a time', async () => {
    const { end } = await endOf({ batches: single(TO - 1, TO, TO + 1, 0, -1, TO + 2) });
    expect(end).toBe(1);
  });

  test('moves behind stragglers', async () => {
    const batches = [...steady(FROM, TO, 1000, 10), ...steady(TO, TO + 10 * MINUTE, 1000, 10), [TO - 1]];
    const { end } = await endOf({ batches: [...batches, ...steady(TO + 10 * MINUTE, TO + HOUR, 1000, 10)] });
    expect(end).toBe(lengthOf(batches));
  });

  test('takes in a batch alone whose first record is stamped ahead: its others are hidden', async () => {
    const { end } = await endOf({ batches: [[TO + DAY, FROM, TO - 1, FROM + 7]] });
    expect(end).toBe(4);
  });

  test('takes in a batch of records stamped ahead that is followed by smaller times', async () => {
    const { end } = await endOf({ batches: [[TO - 9], [TO + DAY, TO - 2], [TO + 1], [TO + 2], [TO + 3]] });
    expect(end).toBe(3);
  });

  test('one record stamped a day ahead early in half a gigabyte costs some megabytes', async () => {
    const hour = steady(FROM, TO, 400, 5);
    const batches = [...hour.slice(0, 5), [TO + DAY], ...hour.slice(5), ...steady(TO, TO + HOUR / 4, 400, 5)];
    const { end, answer, log } = await endOf({ batches, recordBytes: 40_000 });
    expect(answer).toBe(25);
    expect(end).toBe(lengthOf(hour) + 1);
    expect(log.bytesLookedAt).toBeLessThan(12 << 20);
  });

  test('a load of records stamped ahead does not end the hour', async () => {
    const hour = steady(FROM, TO, 400, 5);
    const load = steady(TO + DAY, TO + DAY + HOUR, 6_000, 5);
    const batches = [...hour.slice(0, 500), ...load, ...hour.slice(500), ...steady(TO, TO + 5 * HOUR, 400, 5)];
    const { end } = await endOf({ batches, recordBytes: 20_000 });
    expect(end).toBeGreaterThanOrEqual(lengthOf(hour) + lengthOf(load));
    expect(end).toBeLessThan(lengthOf(batches));
  });

  test('records from before the window do not hide it behind one stamped ahead', async () => {
    const before = steady(FROM - 3 * HOUR, FROM, 100, 20);
    const hour = steady(FROM, TO, 100, 20);
    const batches = [[TO + DAY], ...before, ...hour, ...steady(TO, TO + HOUR, 100, 20)];
    const { end, answer } = await endOf({ batches });
    expect(answer).toBe(0);
    expect(end).toBe(1 + lengthOf(before) + lengthOf(hour));
  });

  test('one record that came hours late is no reason to read hours of others', async () => {
    const batches = [...steady(FROM, TO, 100, 20), ...steady(TO, TO + 6 * HOUR, 100, 20), [TO - 1]];
    const { end, answer } = await endOf({ batches: [...batches, ...steady(TO + 6 * HOUR, TO + 7 * HOUR, 100, 20)] });
    expect(end).toBe(answer + 20);
  });

  test.each([
    ['a device that always stamps one hour', 20, (index: number) => FROM + index],
    ['a copy of last year that runs beside', 3, (index: number) => FROM - 365 * DAY + index],
  ])('%s does not pull the end through the log', async (_, every, late) => {
    const mix = (batch: BatchTimes, index: number): BatchTimes[] =>
      index % every === 0 ? [[late(index)], batch] : [batch];
    const batches = steady(FROM, TO + 10 * HOUR, 400, 20).flatMap(mix);
    const { end, answer, limit } = await endOf({ batches, recordBytes: 2_000 });
    expect(end).toBeGreaterThanOrEqual(answer);
    expect(end).toBeLessThan(limit / 4);
  });
});

/** Cuts times into batches of the given sizes. */
function cut(times: readonly number[], sizes: readonly number[]): BatchTimes[] {
  const batches: number[][] = [];
  for (let at = 0, index = 0; at < times.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    batches.push(times.slice(at, at + size));
    at += size;
  }
  return batches;
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const inWindow = fc.array(fc.integer({ min: FROM, max: TO - 1 }), { minLength: 1, maxLength: 300 });
const later = fc
  .array(fc.integer({ min: 0, max: HOUR }), { maxLength: 300 })
  .map((times) => times.sort((a, b) => a - b));

describe('of times in any order', () => {
  test('with one record stamped ahead among them, no record of the window lies behind the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        inWindow,
        fc.nat(),
        fc.integer({ min: TO, max: TO + 2 * DAY }),
        later,
        sizes,
        fc.constantFrom(10, 400, 60_000),
        async (times, place, aheadMs, after, batchSizes, recordBytes) => {
          const mixed = times.toSpliced(place % (times.length + 1), 0, aheadMs);
          const batches = cut([...mixed, ...after.map((ms) => TO + ms)], batchSizes);
          const { end, log } = await endOf({ batches, recordBytes });
          const wanted = log.offsetsOf(0, (time) => time >= FROM && time < TO);
          expect(end).toBeGreaterThan(Math.max(...wanted));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the end lies between the answer and the limit, and the same log gives the same', async () => {
    const anyTime = fc.integer({ min: FROM - DAY, max: TO + DAY });
    const times = fc.array(fc.oneof(anyTime, fc.constant(-1)), { minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(times, sizes, fc.boolean(), async (all, batchSizes, isAppendTime) => {
        const partition = { batches: cut(all, batchSizes), isAppendTime, recordBytes: 20_000 };
        const { end, answer, limit } = await endOf(partition);
        expect(end).toBeGreaterThanOrEqual(answer);
        expect(end).toBeLessThanOrEqual(limit);
        expect((await endOf(partition)).end).toBe(end);
      }),
      { numRuns: 200 },
    );
  });
});
