import { type Kernel, RECORD_BATCH_FIELD, RECORD_COLUMN, RECORD_COLUMNS_BYTES, RECORDS } from '@hourmill/kernel';
import type { DescribedBatch, IndexedRecord, ReadBatch } from './kafka-twin.ts';

/** What a call of the kernel may allocate while it reads bytes that were put at the end. */
const ROOM_BEFORE = 1 << 20;

/** Puts bytes at the very end of the kernel's memory, where reading a byte more is a trap. */
export function putAtEnd(kernel: Kernel, bytes: Uint8Array): number {
  kernel.exports.reserve(ROOM_BEFORE + bytes.length);
  const at = kernel.bytes.length - bytes.length;
  kernel.bytes.set(bytes, at);
  return at;
}

/** What the kernel says of the first batch of a record set. */
export function readBatch(kernel: Kernel, set: Uint8Array): ReadBatch {
  const at = putAtEnd(kernel, set);
  const answer = kernel.exports.readRecordBatch(at, at + set.length);
  return answer === 0 ? { answer, batch: descriptor(kernel, at) } : { answer };
}

/** Of the batch at `at`, whose records must lie behind its header. */
function descriptor(kernel: Kernel, at: number): DescribedBatch {
  const place = kernel.exports.recordBatchAt();
  const { view } = kernel;
  const long = (field: number) => view.getBigInt64(place + field, true);
  const int = (field: number) => view.getInt32(place + field, true);
  const bytes = int(RECORD_BATCH_FIELD.bytes);
  if (int(RECORD_BATCH_FIELD.recordsAt) !== at + 61) throw new Error('the records lie elsewhere');
  if (int(RECORD_BATCH_FIELD.recordsBytes) !== bytes - 61) throw new Error('the records have another length');
  return {
    baseOffset: long(RECORD_BATCH_FIELD.baseOffset),
    lastOffset: long(RECORD_BATCH_FIELD.lastOffset),
    baseTimestamp: long(RECORD_BATCH_FIELD.baseTimestamp),
    maxTimestamp: long(RECORD_BATCH_FIELD.maxTimestamp),
    producerId: long(RECORD_BATCH_FIELD.producerId),
    bytes,
    records: int(RECORD_BATCH_FIELD.records),
    leaderEpoch: int(RECORD_BATCH_FIELD.leaderEpoch),
    baseSequence: int(RECORD_BATCH_FIELD.baseSequence),
    producerEpoch: int(RECORD_BATCH_FIELD.producerEpoch),
    codec: int(RECORD_BATCH_FIELD.codec),
    flags: int(RECORD_BATCH_FIELD.flags),
  };
}

/** The records of the batch that was described last, so many a call; or the damage. */
export function indexAll(kernel: Kernel, bytes: Uint8Array, capacity: number): readonly IndexedRecord[] | number {
  const { exports } = kernel;
  const columns = exports.allocate(capacity * RECORD_COLUMNS_BYTES);
  try {
    const at = putAtEnd(kernel, bytes);
    const opened = exports.openRecords(at, at + bytes.length);
    if (opened < 0) return opened;
    const records: IndexedRecord[] = [];
    for (;;) {
      const rows = exports.indexRecords(columns, capacity, 0);
      if (rows < 0) return rows;
      if (rows === 0) return records;
      for (let row = 0; row < rows; row++) records.push(recordAt(kernel, columns, capacity, row));
    }
  } finally {
    exports.release(columns, capacity * RECORD_COLUMNS_BYTES);
  }
}

function recordAt(kernel: Kernel, columns: number, capacity: number, row: number): IndexedRecord {
  const { view, bytes } = kernel;
  const long = (column: number) => view.getBigInt64(columns + capacity * column + 8 * row, true);
  const int = (column: number) => view.getInt32(columns + capacity * column + 4 * row, true);
  const slice = (at: number, length: number) => (length === -1 ? null : Buffer.from(bytes.slice(at, at + length)));
  return {
    offset: long(RECORD_COLUMN.offset),
    timestamp: long(RECORD_COLUMN.timestamp),
    value: slice(int(RECORD_COLUMN.valueAt), int(RECORD_COLUMN.valueLength)),
    key: slice(int(RECORD_COLUMN.keyAt), int(RECORD_COLUMN.keyLength)),
    headers: slice(int(RECORD_COLUMN.headersAt), int(RECORD_COLUMN.headersLength)) ?? Buffer.alloc(0),
  };
}

/** What the kernel makes of compressed bytes, with so much room; or its answer when that is below 0. */
export function decompress(kernel: Kernel, codec: number, bytes: Uint8Array, room: number): Buffer | number {
  const { exports } = kernel;
  const guard = 64;
  const all = room + RECORDS.overshootBytes + guard;
  const out = exports.allocate(all);
  try {
    const at = putAtEnd(kernel, bytes);
    kernel.bytes.fill(0xa5, out, out + all);
    const written = exports.decompressRecords(codec, at, at + bytes.length, out, out + room);
    if (written > room) throw new Error(`wrote ${written} bytes of ${room}`);
    if (kernel.bytes.subarray(out + all - guard, out + all).some((byte) => byte !== 0xa5)) {
      throw new Error('wrote behind the overshoot');
    }
    return written < 0 ? written : Buffer.from(kernel.bytes.slice(out, out + written));
  } finally {
    exports.release(out, all);
  }
}
