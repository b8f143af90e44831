import { RECORD_BATCH, RECORD_BATCH_FLAG } from '@hourmill/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batches, changed, changes, terseBatches } from './support/kafka-arbitraries.ts';
import {
  type BatchSpec,
  batchOf,
  encodeBatch,
  encodeRecords,
  recordOf,
  varint,
  withCrc,
} from './support/kafka-batches.ts';
import { indexAll, putAtEnd, readBatch } from './support/kafka-kernel.ts';
import { type IndexedRecord, indexTwin, readBatchTwin } from './support/kafka-twin.ts';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const capacities = fc.constantFrom(1, 2, 7, 4096);

/** The kernel's records of a whole batch, uncompressed. */
function indexBatch(batch: Buffer, capacity = 4096): readonly IndexedRecord[] | number {
  const { answer } = readBatch(kernel, batch);
  return answer === RECORD_BATCH.described ? indexAll(kernel, batch.subarray(61), capacity) : answer;
}

function indexBatchTwin(batch: Buffer): readonly IndexedRecord[] | number {
  const { answer, batch: described } = readBatchTwin(batch);
  return described === undefined ? answer : indexTwin(described, batch.subarray(61));
}

/** A batch whose records are these bytes, said to be so many. */
function batchWith(stored: Buffer, count: number, lastOffsetDelta = count - 1): Buffer {
  return encodeBatch(batchOf([]), stored, { count, lastOffsetDelta });
}

describe('the records of a batch', () => {
  test('come back, however many a call', () => {
    fc.assert(
      fc.property(batches, capacities, (spec: BatchSpec, capacity) => {
        const records = indexBatch(encodeBatch(spec), capacity);
        const isLogAppendTime = (spec.flags & RECORD_BATCH_FLAG.logAppendTime) !== 0;
        const expected = spec.records.map(({ offsetDelta, timestampDelta, key, value }) => ({
          offset: spec.baseOffset + BigInt(offsetDelta),
          timestamp: isLogAppendTime ? spec.maxTimestamp : BigInt.asIntN(64, spec.baseTimestamp + timestampDelta),
          key: key && Buffer.from(key),
          value: value && Buffer.from(value),
        }));
        expect(records).toMatchObject(expected);
        expect(records).toEqual(indexBatchTwin(encodeBatch(spec)));
      }),
      { numRuns: 100 },
    );
  });

  test('with changed bytes are judged as by the plain way', () => {
    const answers = new Set<unknown>();
    fc.assert(
      fc.property(terseBatches, changes, capacities, (spec, all, capacity) => {
        const broken = withCrc(changed(encodeBatch(spec), 61, all));
        const judged = indexBatch(broken, capacity);
        answers.add(typeof judged === 'number' ? judged : 'read');
        expect(judged).toEqual(indexBatchTwin(broken));
      }),
      { numRuns: 1000 },
    );
    expect(answers.size).toBeGreaterThan(4);
  });

  test('that are cut at any byte are damage', () => {
    const all = encodeRecords([
      { offsetDelta: 0, timestampDelta: -5n, key: Buffer.from('k'), value: Buffer.from('v'.repeat(200)), headers: [] },
      { ...recordOf(1, 'w'), headers: [[Buffer.from('h'), null]] },
    ]);
    for (let length = 0; length < all.length; length++) {
      const batch = batchWith(all.subarray(0, length), 2);
      const judged = indexBatch(batch);
      expect(judged, `${length} bytes`).toBeTypeOf('number');
      expect(judged).toEqual(indexBatchTwin(batch));
    }
  });

  const three = encodeRecords([recordOf(0, 'a'), recordOf(1, 'b'), recordOf(2, 'c')]);
  const long = Buffer.alloc(5, 255);
  test.each<[string, Buffer, number]>([
    ['that are fewer than the batch says', batchWith(three, 4), -6],
    ['that are fewer, though their bytes would do', batchWith(encodeRecords([recordOf(0, 'x'.repeat(90))]), 3), -44],
    ['that are more than the batch says', batchWith(three, 2, 2), -45],
    ['whose offsets stay the same', batchWith(encodeRecords([recordOf(1, 'a'), recordOf(1, 'b')]), 2), -42],
    ['whose offsets fall', batchWith(encodeRecords([recordOf(1, 'a'), recordOf(0, 'b')]), 2), -42],
    ['with a negative offset', batchWith(encodeRecords([recordOf(-1, 'a')]), 1), -42],
    ['with an offset beyond the last', batchWith(three, 3, 1), -6],
    ['with one offset beyond the last', batchWith(encodeRecords([recordOf(0, 'a'), recordOf(5, 'b')]), 2, 4), -43],
    ['of a negative length', batchWith(Buffer.concat([varint(-1), Buffer.alloc(9)]), 1), -40],
    ['of a length without end', batchWith(Buffer.concat([long, long]), 1), -40],
    ['of no length', batchWith(Buffer.alloc(7), 1), -41],
    ['with a key of length -2', batchWith(Buffer.from([12, 0, 0, 0, 3, 1, 0]), 1), -41],
    ['with a value of length -2', batchWith(Buffer.from([12, 0, 0, 0, 1, 3, 0]), 1), -41],
    ['with fewer headers than none', batchWith(Buffer.from([12, 0, 0, 0, 1, 1, 1]), 1), -41],
    [
      'with two billion headers',
      batchWith(Buffer.concat([Buffer.from([20, 0, 0, 0, 1, 1]), varint(2 ** 31 - 1)]), 1),
      -41,
    ],
    ['with a header without a key', batchWith(Buffer.from([16, 0, 0, 0, 1, 1, 2, 1, 1]), 1), -41],
    ['with bytes behind their headers', batchWith(Buffer.from([14, 0, 0, 0, 1, 1, 0, 0]), 1), -41],
  ])('%s are damage', (_, batch, answer) => {
    expect(indexBatch(batch)).toBe(answer);
    expect(indexBatchTwin(batch)).toBe(answer);
  });

  test('may be 300,000, indexed by slices', () => {
    const count = 300_000;
    const stored = encodeRecords(Array.from({ length: count }, (_, index) => recordOf(index, `value ${index}`)));
    const records = indexBatch(batchWith(stored, count), 5000);
    expect(records).toHaveLength(count);
    if (typeof records === 'number') return;
    for (const index of [0, 1, 4999, 5000, 63, 64, 8191, 8192, 150_000, count - 1]) {
      expect(records[index]).toMatchObject({ offset: 1000n + BigInt(index), value: Buffer.from(`value ${index}`) });
    }
  });

  test('are known of the batch that was described when they were opened', () => {
    const first = encodeBatch(batchOf([recordOf(0, 'a'), recordOf(1, 'b')], { baseOffset: 5n }));
    const second = encodeBatch(batchOf([recordOf(0, 'c')], { baseOffset: 77n }));
    const at = putAtEnd(kernel, Buffer.concat([first, second]));
    const { exports } = kernel;
    const columns = exports.allocate(40);
    expect(exports.readRecordBatch(at, at + first.length)).toBe(RECORD_BATCH.described);
    expect(exports.openRecords(at + 61, at + first.length)).toBe(0);
    expect(exports.readRecordBatch(at + first.length, at + first.length + second.length)).toBe(RECORD_BATCH.described);
    expect(exports.indexRecords(columns, 1, 0)).toBe(1);
    expect(kernel.view.getBigInt64(columns, true)).toBe(5n);
    expect(exports.indexRecords(columns, 1, 0)).toBe(1);
    expect(kernel.view.getBigInt64(columns, true)).toBe(6n);
    expect(exports.indexRecords(columns, 1, 0)).toBe(0);
  });
});

describe('a control record', () => {
  function typeOf(...key: readonly number[]): number {
    return kernel.exports.controlType(putAtEnd(kernel, Uint8Array.from(key)), key.length);
  }

  test('says by its key what it is', () => {
    expect(typeOf(0, 0, 0, 0)).toBe(0);
    expect(typeOf(0, 0, 0, 1)).toBe(1);
    expect(typeOf(0, 0, 0, 5)).toBe(5);
    expect(typeOf(0, 9, 1, 2, 3, 4)).toBe(0x102);
  });

  test('without a whole key, or with negative numbers in it, is damage', () => {
    expect(typeOf()).toBe(-50);
    expect(typeOf(0, 0, 0)).toBe(-50);
    expect(typeOf(0, 0, 255, 255)).toBe(-50);
    expect(typeOf(255, 255, 0, 1)).toBe(-50);
    expect(kernel.exports.controlType(0, -1)).toBe(-50);
  });
});
