import { zstdDecompressSync } from 'node:zlib';
import { CODEC, RECORD_BATCH_FIELD, RECORD_BATCH_FLAG, RECORD_COLUMN, RECORD_COLUMNS_BYTES } from '@hourmill/kernel';
import { expect, test } from 'vitest';
import { FILLER_BYTES, JAVA_BATCHES } from './support/java-batches.ts';
import { varint } from './support/kafka-batches.ts';
import { decompress, indexAll, putAtEnd, readBatch } from './support/kafka-kernel.ts';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const ROOM = 1 << 18;
const TIME = 1_795_000_000_000n;
const NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** The records of a batch as bytes. */
function recordBytes(batch: Buffer, codec: number): Buffer {
  const stored = batch.subarray(61);
  if (codec === CODEC.none) return stored;
  return codec === CODEC.zstd ? zstdDecompressSync(stored) : (decompress(kernel, codec, stored, ROOM) as Buffer);
}

test.each(NAMES)('the records that the Java client wrote come back, codec %s', (name) => {
  const batch = JAVA_BATCHES[name];
  const described = readBatch(kernel, batch);
  expect(described.batch).toEqual({
    baseOffset: 500n,
    lastOffset: 503n,
    baseTimestamp: TIME,
    maxTimestamp: TIME + 3000n,
    producerId: 77n,
    bytes: batch.length,
    records: 4,
    leaderEpoch: 9,
    baseSequence: 12,
    producerEpoch: 3,
    codec: CODEC[name],
    flags: RECORD_BATCH_FLAG.transactional,
  });
  const noHeaders = varint(0);
  const headers = Buffer.concat([
    varint(2),
    ...[varint(5), Buffer.from('trace'), varint(1), Buffer.from('1')],
    ...[varint(5), Buffer.from('empty'), varint(-1)],
  ]);
  const filler = Buffer.alloc(FILLER_BYTES[name], '0123456789abcdef');
  expect(indexAll(kernel, recordBytes(batch, CODEC[name]), 3)).toEqual([
    { offset: 500n, timestamp: TIME, key: Buffer.from('key'), value: Buffer.from('first'), headers },
    { offset: 501n, timestamp: TIME - 10n, key: null, value: null, headers: noHeaders },
    { offset: 502n, timestamp: TIME + 3000n, key: null, value: filler, headers: noHeaders },
    { offset: 503n, timestamp: TIME + 1n, key: Buffer.alloc(0), value: Buffer.from('last'), headers: noHeaders },
  ]);
});

test.each([
  ['commit', 1, 600n],
  ['abort', 0, 601n],
] as const)('its marker of a transaction says %s', (name, type, offset) => {
  const batch = JAVA_BATCHES[name];
  expect(readBatch(kernel, batch).batch).toMatchObject({
    lastOffset: offset,
    producerId: 77n,
    baseSequence: -1,
    flags: RECORD_BATCH_FLAG.transactional | RECORD_BATCH_FLAG.control,
  });
  const { exports } = kernel;
  const columns = exports.allocate(RECORD_COLUMNS_BYTES);
  const at = putAtEnd(kernel, batch);
  exports.readRecordBatch(at, at + batch.length);
  const records = kernel.view.getUint32(exports.recordBatchAt() + RECORD_BATCH_FIELD.recordsAt, true);
  expect(exports.openRecords(records, at + batch.length)).toBe(0);
  expect(exports.indexRecords(columns, 1, 0)).toBe(1);
  const [key, length] = [RECORD_COLUMN.keyAt, RECORD_COLUMN.keyLength].map((column) =>
    kernel.view.getInt32(columns + column, true),
  );
  expect(exports.controlType(key ?? 0, length ?? 0)).toBe(type);
});
