import { CODEC, KAFKA_DAMAGE, RECORD_BATCH, RECORD_BATCH_FIELD } from '@hourmill/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batches, changed, changes, terseBatches } from './support/kafka-arbitraries.ts';
import { batchOf, encodeBatch, type Lies, recordOf, withCrc } from './support/kafka-batches.ts';
import { putAtEnd, readBatch } from './support/kafka-kernel.ts';
import { readBatchTwin } from './support/kafka-twin.ts';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const whole = encodeBatch(batchOf([recordOf(0, 'a'), recordOf(1, null), recordOf(2, 'ccc')]));
const CRC_END = 21;

describe('a record set', () => {
  test('comes back batch by batch, as its headers say', () => {
    fc.assert(
      fc.property(fc.array(batches, { maxLength: 4 }), (all) => {
        let set = Buffer.concat(all.map((batch) => encodeBatch(batch)));
        for (const spec of all) {
          const { answer, batch } = readBatch(kernel, set);
          expect(answer).toBe(RECORD_BATCH.described);
          expect(batch).toEqual(readBatchTwin(set).batch);
          expect(batch?.lastOffset).toBe(spec.baseOffset + BigInt(spec.lastOffsetDelta));
          expect(batch?.records).toBe(spec.records.length);
          set = set.subarray(batch?.bytes);
        }
        expect(readBatch(kernel, set).answer).toBe(RECORD_BATCH.ended);
      }),
      { numRuns: 200 },
    );
  });

  test('that is cut at any byte needs more, and says how many bytes its batch has as soon as these are there', () => {
    const place = kernel.exports.recordBatchAt() + RECORD_BATCH_FIELD.bytes;
    for (let length = 1; length < whole.length; length++) {
      expect(readBatch(kernel, whole.subarray(0, length)).answer, `${length} bytes`).toBe(RECORD_BATCH.needsMore);
      expect(kernel.view.getInt32(place, true)).toBe(length < 12 ? 0 : whole.length);
    }
    expect(readBatch(kernel, Buffer.alloc(0)).answer).toBe(RECORD_BATCH.ended);
  });

  test('may be followed by anything but what belongs to it', () => {
    const set = Buffer.concat([whole, Buffer.alloc(5, 255)]);
    expect(readBatch(kernel, set).answer).toBe(RECORD_BATCH.described);
    expect(readBatch(kernel, set.subarray(whole.length)).answer).toBe(RECORD_BATCH.needsMore);
  });

  test('with changed bytes is judged as by the plain way', () => {
    fc.assert(
      fc.property(terseBatches, changes, (batch, all) => {
        const set = changed(encodeBatch(batch), 0, all);
        expect(readBatch(kernel, set)).toEqual(readBatchTwin(set));
      }),
      { numRuns: 500 },
    );
  });

  test('with changed bytes and a CRC that fits is judged as by the plain way', () => {
    const answers = new Set<number>();
    fc.assert(
      fc.property(terseBatches, changes, (batch, all) => {
        const set = encodeBatch(batch);
        // In the header, where most bytes have a meaning.
        const header = changed(set.subarray(0, 61), CRC_END, all);
        const broken = withCrc(Buffer.concat([header, set.subarray(61)]));
        const judged = readBatch(kernel, broken);
        answers.add(judged.answer);
        expect(judged).toEqual(readBatchTwin(broken));
      }),
      { numRuns: 1000 },
    );
    expect(answers.size).toBeGreaterThan(2);
  });

  test('of random bytes is judged as by the plain way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withMagic) => {
        const set = Buffer.from(bytes);
        if (withMagic && set.length > 16) set.set([0, 0, 0, set.length - 12], 8);
        if (withMagic && set.length > 16) set[16] = 2;
        expect(readBatch(kernel, set)).toEqual(readBatchTwin(set));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a batch', () => {
  const batch = batchOf([recordOf(0, 'a'), recordOf(1, 'b')]);

  test.each<[string, Lies, number]>([
    ['of magic 0', { magic: 0 }, RECORD_BATCH.oldFormat],
    ['of magic 1', { magic: 1 }, RECORD_BATCH.oldFormat],
    ['of magic 3', { magic: 3 }, -2],
    ['of magic -1', { magic: -1 }, -2],
    ['of codec 5', { codec: 5 }, -4],
    ['of codec 7', { codec: 7 }, -4],
    ['with a negative offset', { baseOffset: -1n }, -5],
    ['with a last offset before its first', { lastOffsetDelta: -1 }, -5],
    ['with a last offset beyond 64 bits', { baseOffset: 2n ** 63n - 1n }, -5],
    ['with fewer than no records', { count: -1 }, -6],
    ['with more records than offsets', { count: 3 }, -6],
    ['with more records than fit in its bytes', { count: 1_000_000, lastOffsetDelta: 2_000_000 }, -6],
    ['with no records but bytes', { count: 0 }, -6],
  ])('%s is told apart', (_, lies, answer) => {
    expect(readBatch(kernel, encodeBatch(batch, undefined, lies)).answer).toBe(answer);
    if (answer < 0) expect(KAFKA_DAMAGE[answer]).toBeTypeOf('string');
  });

  test.each([
    ['zstd', CODEC.zstd],
    ['lz4', CODEC.lz4],
  ])('compressed by %s is described, whatever its bytes', (_, codec) => {
    const described = readBatch(kernel, encodeBatch({ ...batch, codec }, Buffer.from([1])));
    expect(described.batch?.codec).toBe(codec);
  });

  test('without records is described: compaction leaves such', () => {
    const empty = encodeBatch(batchOf([], { lastOffsetDelta: 7 }));
    expect(readBatch(kernel, empty).batch).toMatchObject({ records: 0, lastOffset: 1007n });
  });

  test('of an old format is named even when it is cut, and one of an impossible length is damage', () => {
    const old = encodeBatch(batch, undefined, { magic: 1 });
    expect(readBatch(kernel, old.subarray(0, 17)).answer).toBe(RECORD_BATCH.oldFormat);
    for (const length of [-1, -(2 ** 31), 0, 13, 48]) {
      const short = Buffer.from(whole);
      short.writeInt32BE(length, 8);
      expect(readBatch(kernel, short).answer, `${length}`).toBe(-1);
    }
    const long = Buffer.from(whole);
    long.writeInt32BE(2 ** 31 - 1, 8);
    expect(readBatch(kernel, long).answer).toBe(RECORD_BATCH.needsMore);
  });

  test('is not read before its beginning or behind its end: its place does not matter', () => {
    for (const before of [0, 1, 7, 64]) {
      for (const noise of [0, 255]) {
        const set = Buffer.concat([Buffer.alloc(before, noise), whole, Buffer.alloc(before, noise)]);
        const at = putAtEnd(kernel, set) + before;
        expect(kernel.exports.readRecordBatch(at, at + whole.length)).toBe(RECORD_BATCH.described);
      }
    }
  });
});
