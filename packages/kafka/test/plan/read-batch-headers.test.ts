import { describe, expect, test } from 'vitest';
import { readBatchHeaders } from '../../src/plan/read-batch-headers.ts';

interface Header {
  readonly baseOffset?: bigint;
  readonly magic?: number;
  readonly attributes?: number;
  readonly bodyBytes?: number;
}

/** A batch of five records, three of them there, as KIP-98 lays its header out. */
function batchOf({ baseOffset = 100n, magic = 2, attributes = 0, bodyBytes = 10 }: Header): Uint8Array {
  const bytes = new Uint8Array(61 + bodyBytes);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, baseOffset);
  view.setInt32(8, bytes.length - 12);
  view.setInt8(16, magic);
  view.setInt16(21, attributes);
  view.setInt32(23, 4);
  view.setBigInt64(27, 1_000n);
  view.setBigInt64(35, 2_000n);
  view.setInt32(57, 3);
  return bytes;
}

const concat = (...batches: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(batches));

describe('headers of record batches', () => {
  test('tell offsets, bytes, records and times', () => {
    expect(readBatchHeaders(batchOf({}), 'events/0')).toEqual([
      {
        baseOffset: 100,
        lastOffset: 104,
        bytes: 71,
        records: 3,
        firstMs: 1_000,
        maxMs: 2_000,
        isAppendTime: false,
        isControl: false,
      },
    ]);
  });

  test('do not hold the first time with LogAppendTime, nor once there is a delete horizon', () => {
    expect(readBatchHeaders(batchOf({ attributes: 1 << 3 }), 'events/0')).toMatchObject([
      { firstMs: 2_000, isAppendTime: true },
    ]);
    expect(readBatchHeaders(batchOf({ attributes: 1 << 6 }), 'events/0')).toMatchObject([
      { firstMs: 2_000, isAppendTime: false },
    ]);
  });

  test('of markers say so', () => {
    expect(readBatchHeaders(batchOf({ attributes: (1 << 4) | (1 << 5) }), 'events/0')).toMatchObject([
      { isControl: true },
    ]);
  });

  test('are read of a last batch that is cut, if they are whole', () => {
    const answer = concat(batchOf({}), batchOf({ baseOffset: 105n, bodyBytes: 5_000 }));
    const offsets = (bytes: Uint8Array) => readBatchHeaders(bytes, 'events/0').map(({ baseOffset }) => baseOffset);
    expect(offsets(answer.subarray(0, 71 + 61))).toEqual([100, 105]);
    expect(offsets(answer.subarray(0, 71 + 60))).toEqual([100]);
    expect(offsets(new Uint8Array(0))).toEqual([]);
  });

  test('of a format from before Kafka 0.11 are refused by name', () => {
    expect(() => readBatchHeaders(batchOf({ magic: 1 }), 'events/0')).toThrowError(
      expect.objectContaining({
        code: 'HM_INPUT_009',
        message: expect.stringContaining('events/0 has messages of the old format 1 at offset 100'),
      }),
    );
  });
});
