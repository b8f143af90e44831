import { CODEC, RECORD_BATCH, RECORD_BATCH_FLAG } from '@hourmill/kernel';

/** What a batch's header says. */
export interface DescribedBatch {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly bytes: number;
  readonly records: number;
  readonly leaderEpoch: number;
  readonly baseSequence: number;
  readonly producerEpoch: number;
  readonly codec: number;
  readonly flags: number;
}

export interface ReadBatch {
  readonly answer: number;
  readonly batch?: DescribedBatch;
}

/** A record by the places of its parts; -1 is null. */
export interface IndexedRecord {
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly value: Buffer | null;
  readonly key: Buffer | null;
  readonly headers: Buffer;
}

const DAMAGE = { length: -1, magic: -2, crc: -3, codec: -4, offsets: -5, count: -6 } as const;
const RECORD_DAMAGE = { length: -40, fields: -41, notRising: -42, beyondLast: -43, missing: -44, left: -45 } as const;
const LEAST_RECORD_BYTES = 7;

/** CRC-32C, a bit at a time. */
export function crc32cTwin(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

/** What `readRecordBatch` says of the record set's first batch. */
export function readBatchTwin(set: Buffer): ReadBatch {
  if (set.length === 0) return { answer: RECORD_BATCH.ended };
  if (set.length < 12) return { answer: RECORD_BATCH.needsMore };
  const bytes = 12 + set.readInt32BE(8);
  if (bytes < 26) return { answer: DAMAGE.length };
  if (set.length < 17) return { answer: RECORD_BATCH.needsMore };
  const magic = set.readInt8(16);
  if (magic === 0 || magic === 1) return { answer: RECORD_BATCH.oldFormat };
  if (magic !== 2) return { answer: DAMAGE.magic };
  if (bytes < 61) return { answer: DAMAGE.length };
  if (set.length < bytes) return { answer: RECORD_BATCH.needsMore };
  if (crc32cTwin(set.subarray(21, bytes)) !== set.readUInt32BE(17)) return { answer: DAMAGE.crc };
  const batch = describe(set, bytes);
  if (batch.codec > CODEC.zstd) return { answer: DAMAGE.codec };
  const lastDelta = set.readInt32BE(23);
  if (batch.baseOffset < 0n || lastDelta < 0 || batch.lastOffset >= 2n ** 63n) return { answer: DAMAGE.offsets };
  if (batch.records < 0 || batch.records > lastDelta + 1) return { answer: DAMAGE.count };
  if (batch.codec === CODEC.none && !countFits(batch.records, bytes - 61)) return { answer: DAMAGE.count };
  return { answer: RECORD_BATCH.described, batch };
}

function describe(set: Buffer, bytes: number): DescribedBatch {
  const attributes = set.readInt16BE(21);
  return {
    baseOffset: set.readBigInt64BE(0),
    lastOffset: set.readBigInt64BE(0) + BigInt(set.readInt32BE(23)),
    baseTimestamp: set.readBigInt64BE(27),
    maxTimestamp: set.readBigInt64BE(35),
    producerId: set.readBigInt64BE(43),
    bytes,
    records: set.readInt32BE(57),
    leaderEpoch: set.readInt32BE(12),
    baseSequence: set.readInt32BE(53),
    producerEpoch: set.readInt16BE(51),
    codec: attributes & 7,
    flags: attributes & ~7,
  };
}

function countFits(records: number, bytes: number): boolean {
  return records === 0 ? bytes === 0 : records * LEAST_RECORD_BYTES <= bytes;
}

/** The records of a batch, or what `openRecords` or `indexRecords` finds first. */
export function indexTwin(batch: DescribedBatch, bytes: Buffer): readonly IndexedRecord[] | number {
  if (!countFits(batch.records, bytes.length)) return batch.records === 0 ? RECORD_DAMAGE.left : DAMAGE.count;
  const records: IndexedRecord[] = [];
  const cursor = new Cursor(bytes);
  let previous = -1n;
  while (records.length < batch.records) {
    if (cursor.left === 0) return RECORD_DAMAGE.missing;
    const length = cursor.varint(5);
    if (length === undefined || length < 0n || length > BigInt(cursor.left)) return RECORD_DAMAGE.length;
    const record = readRecord(cursor.take(Number(length)), batch);
    if (record === undefined) return RECORD_DAMAGE.fields;
    const delta = record.offset - batch.baseOffset;
    if (delta <= previous) return RECORD_DAMAGE.notRising;
    if (record.offset > batch.lastOffset) return RECORD_DAMAGE.beyondLast;
    previous = delta;
    records.push(record);
  }
  return cursor.left === 0 ? records : RECORD_DAMAGE.left;
}

function readRecord(bytes: Buffer, batch: DescribedBatch): IndexedRecord | undefined {
  if (bytes.length === 0) return undefined;
  const cursor = new Cursor(bytes.subarray(1));
  const timestampDelta = cursor.varint(10);
  const offsetDelta = cursor.varint(5);
  const key = cursor.nullable();
  const value = cursor.nullable();
  const headers = cursor.rest;
  const count = cursor.varint(5);
  if (timestampDelta === undefined || offsetDelta === undefined || key === undefined || value === undefined) return;
  if (count === undefined || count < 0n) return undefined;
  for (let header = 0n; header < count; header++) {
    if (!cursor.nullable() || cursor.nullable() === undefined) return undefined;
  }
  if (cursor.left > 0) return undefined;
  const own = BigInt.asIntN(64, batch.baseTimestamp + timestampDelta);
  const timestamp = batch.flags & RECORD_BATCH_FLAG.logAppendTime ? batch.maxTimestamp : own;
  return { offset: batch.baseOffset + offsetDelta, timestamp, key, value, headers };
}

/** Reads from the front of some bytes; undefined is what is cut or damaged. */
class Cursor {
  rest: Buffer;

  constructor(bytes: Buffer) {
    this.rest = bytes;
  }

  get left(): number {
    return this.rest.length;
  }

  take(length: number): Buffer {
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken;
  }

  /** A zigzag number of 32 bits (5 bytes) or 64 (10). */
  varint(mostBytes: 5 | 10): bigint | undefined {
    let value = 0n;
    for (let index = 0; index < Math.min(mostBytes, this.left); index++) {
      const byte = this.rest[index] ?? 0;
      value |= BigInt(byte & 127) << BigInt(7 * index);
      if (byte > 127) continue;
      if (value >= (mostBytes === 5 ? 2n ** 32n : 2n ** 64n)) return undefined;
      this.take(index + 1);
      return (value >> 1n) ^ -(value & 1n);
    }
    return undefined;
  }

  /** Bytes with their length before them. */
  nullable(): Buffer | null | undefined {
    const length = this.varint(5);
    if (length === undefined || length < -1n || length > BigInt(this.left)) return undefined;
    return length < 0n ? null : this.take(Number(length));
  }
}
