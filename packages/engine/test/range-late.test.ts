import { chunkAt, type Plan } from '@hourmill/core';
import type { RecordBytes } from '@hourmill/record';
import { TEST_HOUR } from '@hourmill/testkit';
import { expect, test } from 'vitest';
import { RangeLate } from '../src/scan/range-late.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse(TEST_HOUR);

function planOf(own: NonNullable<Plan['late']>['own'] = []): Pick<Plan, 'late' | 'chunk' | 'splits'> {
  const split = { type: 'object', ordinal: 0, id: 'a', bytes: 1, etag: 'e', compression: 'none' } as const;
  return { chunk: chunkAt(START, 'hour'), splits: [split], late: { fromMs: START - 2 * HOUR_MS, own } };
}

function message(offset: number): RecordBytes {
  const key = Uint8Array.of(7);
  const headers = [{ key: 'h', value: Uint8Array.of(8) }];
  const facts = { partition: 0, offset, timestampMs: 0, key, headers, isTombstone: false };
  return { bytes: Uint8Array.of(1, 2), length: 2, truncated: false, byteOffset: 0, message: facts };
}

test('of late messages all is held that Kafka knows, and their bytes are copied', () => {
  const late = new RangeLate(planOf(), 1000);
  const record = message(5);
  late.add(0, 3, 4, START - 1, record);
  record.bytes.fill(0);
  expect(late.records).toEqual([{ range: 3, index: 4, hourMs: START - HOUR_MS, record: message(5) }]);
});

test('what its own hour reads, what is too old and what comes from later hours is not kept', () => {
  const hour = { fromMs: START - HOUR_MS, toMs: START };
  const late = new RangeLate(planOf([{ split: 0, ...hour, offsets: { from: 10, to: 20 } }]), 1000);
  for (const offset of [9, 10, 19, 20]) late.add(0, 0, offset, START - 1, message(offset));
  late.add(0, 0, 15, START - HOUR_MS - 1, message(15));
  late.add(0, 0, 0, START - 2 * HOUR_MS - 1, message(0));
  late.add(0, 0, 0, START + HOUR_MS, message(0));
  expect(late.records.map(({ index }) => index)).toEqual([9, 20, 15]);
  expect([START - 2 * HOUR_MS - 1, START + HOUR_MS].map((timeMs) => late.mayBeLate(timeMs))).toEqual([false, false]);
});

test('late rows cannot take all memory: the limit is met before they are written', () => {
  const late = new RangeLate(planOf(), 10_000);
  const addAll = (): void => {
    for (let index = 0; index < 1000; index++) late.add(0, 0, index, START - 1, message(index));
  };
  expect(addAll).toThrow(expect.objectContaining({ code: 'HM_LIMIT_005' }));
});
