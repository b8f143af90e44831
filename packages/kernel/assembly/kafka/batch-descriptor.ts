// What is known of the batch that `readRecordBatch` found last: static memory, in the kernel's own byte order, until the next
// call. The same places are said for the host in packages/kernel/src/exports/kafka.ts.
//
//    0  base offset i64          40  bytes u32: of the whole batch     60  base sequence i32
//    8  last offset i64          44  records' address u32              64  producer epoch i32
//   16  base timestamp i64       48  records' bytes u32, as stored     68  codec i32
//   24  max timestamp i64        52  records i32                       72  flags i32: the attributes but the codec
//   32  producer id i64          56  leader epoch i32
import {
  ATTRIBUTES,
  BASE_OFFSET,
  BASE_SEQUENCE,
  BASE_TIMESTAMP,
  bigI16,
  bigI32,
  bigI64,
  CODEC_MASK,
  HEADER_BYTES,
  LAST_OFFSET_DELTA,
  LEADER_EPOCH,
  LOG_APPEND_TIME,
  MAX_TIMESTAMP,
  PRODUCER_EPOCH,
  PRODUCER_ID,
  RECORDS_COUNT,
} from './batch-header';

const DESCRIPTOR_BYTES: usize = 80;
const descriptor = memory.data(80, 16);

/** The address of the descriptor, always the same. */
export function recordBatchAt(): usize {
  return descriptor;
}

/** Of what is no whole and sound batch: how long it says to be, 0 if that is not known. */
export function describeLength(bytes: usize): void {
  memory.fill(descriptor, 0, DESCRIPTOR_BYTES);
  store<u32>(descriptor, <u32>bytes, 40);
}

/** Of a batch at `at` whose header is sound. */
export function describeBatch(at: usize, bytes: usize): void {
  const attributes = bigI16(at + ATTRIBUTES);
  store<i64>(descriptor, bigI64(at + BASE_OFFSET));
  store<i64>(descriptor, bigI64(at + BASE_OFFSET) + <i64>bigI32(at + LAST_OFFSET_DELTA), 8);
  store<i64>(descriptor, bigI64(at + BASE_TIMESTAMP), 16);
  store<i64>(descriptor, bigI64(at + MAX_TIMESTAMP), 24);
  store<i64>(descriptor, bigI64(at + PRODUCER_ID), 32);
  store<u32>(descriptor, <u32>bytes, 40);
  store<u32>(descriptor, <u32>(at + HEADER_BYTES), 44);
  store<u32>(descriptor, <u32>(bytes - HEADER_BYTES), 48);
  store<i32>(descriptor, bigI32(at + RECORDS_COUNT), 52);
  store<i32>(descriptor, bigI32(at + LEADER_EPOCH), 56);
  store<i32>(descriptor, bigI32(at + BASE_SEQUENCE), 60);
  store<i32>(descriptor, bigI16(at + PRODUCER_EPOCH), 64);
  store<i32>(descriptor, attributes & CODEC_MASK, 68);
  store<i32>(descriptor, attributes & ~CODEC_MASK, 72);
}

export function baseOffset(): i64 {
  return load<i64>(descriptor);
}
export function lastOffsetDelta(): i32 {
  return <i32>(load<i64>(descriptor, 8) - load<i64>(descriptor));
}
export function recordsCount(): i32 {
  return load<i32>(descriptor, 52);
}

/** What a record's delta is added to, unless the broker's time is that of all of them. */
export function baseTimestamp(): i64 {
  return load<i64>(descriptor, 16);
}
export function maxTimestamp(): i64 {
  return load<i64>(descriptor, 24);
}
export function isLogAppendTime(): bool {
  return (load<i32>(descriptor, 72) & LOG_APPEND_TIME) != 0;
}
