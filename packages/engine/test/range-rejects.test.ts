import type { RecordBytes } from '@hourmill/record';
import { Reject, RejectsLog } from '@hourmill/record';
import { expect, test } from 'vitest';
import { RangeRejects } from '../src/scan/range-rejects.ts';

const TOMBSTONE = new Reject('HM_EVENT_009', '');
const NOTHING = new Uint8Array(0);

function tombstone(rest: Partial<RecordBytes['message']> = {}): RecordBytes {
  const message = { partition: 0, offset: 0, timestampMs: 0, key: null, headers: [], isTombstone: true, ...rest };
  return { bytes: NOTHING, length: 0, truncated: false, byteOffset: 0, message };
}

test('rejected messages are held without their keys and headers', () => {
  const rejects = new RangeRejects(1000);
  const key = new Uint8Array(1 << 20);
  rejects.add(0, 0, tombstone({ offset: 5, key, headers: [{ key: 'h', value: key }] }), TOMBSTONE);
  expect(rejects.rejects[0]?.record).toEqual(tombstone({ offset: 5 }));
});

test('rejected messages without a value cannot take all memory: the limit is met before their lines are written', () => {
  const [held, written] = [new RangeRejects(100_000), new RejectsLog(100_000)];
  const lastOf = (add: (index: number) => void): number => {
    for (let index = 0; index < 10_000; index++) {
      try {
        add(index);
      } catch (error) {
        expect(error).toMatchObject({ code: 'HM_LIMIT_003' });
        return index;
      }
    }
    return Number.POSITIVE_INFINITY;
  };
  const last = lastOf((index) => held.add(0, index, tombstone(), TOMBSTONE));
  expect(last).toBeLessThan(2000);
  // Never before it is certain: no line is shorter than these.
  const place = { split: '', ordinal: 0, record: 0 };
  expect(lastOf(() => written.add(place, tombstone(), TOMBSTONE))).toBeLessThanOrEqual(last);
});
