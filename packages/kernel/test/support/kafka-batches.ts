import { CODEC } from '@hourmill/kernel';
import { crc32cTwin } from './kafka-twin.ts';

/** A record as a producer has it. */
export interface RecordSpec {
  readonly offsetDelta: number;
  readonly timestampDelta: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [key: Uint8Array, value: Uint8Array | null])[];
}

/** A batch: what its header says, and its records. */
export interface BatchSpec {
  readonly baseOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly leaderEpoch: number;
  readonly codec: number;
  /** Of RECORD_BATCH_FLAG. */
  readonly flags: number;
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly records: readonly RecordSpec[];
}

/** What a batch says that is not so. */
export interface Lies {
  readonly magic?: number;
  readonly count?: number;
  readonly lastOffsetDelta?: number;
  readonly baseOffset?: bigint;
  readonly codec?: number;
}

const HEADER_BYTES = 61;

/** A plain batch of these records, for what a test does not care about. */
export function batchOf(records: readonly RecordSpec[], rest: Partial<BatchSpec> = {}): BatchSpec {
  return {
    baseOffset: 1000n,
    lastOffsetDelta: Math.max(0, ...records.slice(-1).map(({ offsetDelta }) => offsetDelta)),
    leaderEpoch: 3,
    codec: CODEC.none,
    flags: 0,
    baseTimestamp: 1_795_000_000_000n,
    maxTimestamp: 1_795_000_000_999n,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    records,
    ...rest,
  };
}

/** A record with this value, without key and headers. */
export function recordOf(offsetDelta: number, value: string | Uint8Array | null): RecordSpec {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { offsetDelta, timestampDelta: BigInt(offsetDelta), key: null, value: bytes, headers: [] };
}

/** A batch of magic 2. `stored`: its records as the codec leaves them. */
export function encodeBatch(batch: BatchSpec, stored = encodeRecords(batch.records), lies: Lies = {}): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + stored.length);
  bytes.set(stored, HEADER_BYTES);
  bytes.writeBigInt64BE(lies.baseOffset ?? batch.baseOffset, 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt32BE(batch.leaderEpoch, 12);
  bytes.writeInt8(lies.magic ?? 2, 16);
  bytes.writeInt16BE((lies.codec ?? batch.codec) | batch.flags, 21);
  bytes.writeInt32BE(lies.lastOffsetDelta ?? batch.lastOffsetDelta, 23);
  bytes.writeBigInt64BE(batch.baseTimestamp, 27);
  bytes.writeBigInt64BE(batch.maxTimestamp, 35);
  bytes.writeBigInt64BE(batch.producerId, 43);
  bytes.writeInt16BE(batch.producerEpoch, 51);
  bytes.writeInt32BE(batch.baseSequence, 53);
  bytes.writeInt32BE(lies.count ?? batch.records.length, 57);
  return withCrc(bytes);
}

/** The same batch with the CRC that its bytes have now. */
export function withCrc(batch: Uint8Array): Buffer {
  const bytes = Buffer.from(batch);
  bytes.writeUInt32BE(crc32cTwin(bytes.subarray(21)), 17);
  return bytes;
}

export function encodeRecords(records: readonly RecordSpec[]): Buffer {
  return Buffer.concat(
    records.flatMap((record) => {
      const body = recordBody(record);
      return [varint(body.length), body];
    }),
  );
}

function recordBody({ timestampDelta, offsetDelta, key, value, headers }: RecordSpec): Buffer {
  return Buffer.concat([
    Buffer.alloc(1),
    varint(timestampDelta),
    varint(offsetDelta),
    ...nullable(key),
    ...nullable(value),
    varint(headers.length),
    ...headers.flatMap(([name, content]) => [...nullable(name), ...nullable(content)]),
  ]);
}

function nullable(bytes: Uint8Array | null): Uint8Array[] {
  return bytes === null ? [varint(-1)] : [varint(bytes.length), bytes];
}

/** Zigzag, seven bits a byte. */
export function varint(number: number | bigint): Buffer {
  const value = BigInt(number);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
