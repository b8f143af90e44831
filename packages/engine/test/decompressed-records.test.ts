import { CODEC, type Kernel } from '@hourmill/kernel';
import { expect, test } from 'vitest';
import { testKernel } from '../../kernel/test/support/test-kernel.ts';
import { DecompressedRecords } from '../src/read/kafka/decompressed-records.ts';
import type { RecordBatch } from '../src/read/kafka/record-batch.ts';
import { compressRecords } from './support/compress-records.ts';

const BATCH_BYTES = 400_000;

test('a batch that the room beside others does not suffice for is not begun there', () => {
  const kernel = testKernel();
  const stored = compressRecords('lz4', Buffer.alloc(BATCH_BYTES, 'a'));
  const recordsAt = kernel.exports.allocate(stored.length + 256);
  kernel.bytes.set(stored, recordsAt);
  const batch = { codec: CODEC.lz4, recordsAt, recordsEnd: recordsAt + stored.length } as RecordBatch;
  let decoded = 0;
  const decompressRecords: Kernel['exports']['decompressRecords'] = (...place) => {
    decoded += 1;
    return kernel.exports.decompressRecords(...place);
  };
  const counting = { exports: { ...kernel.exports, decompressRecords } } as Kernel;
  const records = new DecompressedRecords(counting);
  const bytesOf = (place: ReturnType<typeof records.decompress>) =>
    place !== null && 'at' in place ? place.end - place.at : place;
  for (let round = 0; round < 3; round++) {
    const places = [1, 2, 3].map(() => bytesOf(records.decompress(batch)));
    expect(places).toEqual([BATCH_BYTES, BATCH_BYTES, null]);
    records.empty();
  }
  expect(decoded).toBe(6);
  records.close();
});
