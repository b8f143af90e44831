// The header of a record batch of magic 2 (KIP-98; Kafka's documentation, "Record Batch"), and how its bytes are read. All
// numbers are big-endian. The place of magic is the same in all formats.
//
//    0  base offset i64
//    8  length i32: of all behind it
//   12  partition leader epoch i32: set by the broker, so outside of the CRC
//   16  magic i8
//   17  CRC-32C u32: of all behind it
//   21  attributes i16: bits 0-2 codec, 3 log append time, 4 transactional, 5 control, 6 has a delete horizon
//   23  last offset delta i32: stays when compaction takes the last record
//   27  base timestamp i64: what the records' deltas are added to, also where it is a delete horizon (KIP-534)
//   35  max timestamp i64
//   43  producer id i64
//   51  producer epoch i16
//   53  base sequence i32
//   57  records i32
//   61  the records, compressed as one if there is a codec

export const BASE_OFFSET: usize = 0;
export const LENGTH: usize = 8;
export const LEADER_EPOCH: usize = 12;
export const MAGIC: usize = 16;
export const CRC: usize = 17;
export const ATTRIBUTES: usize = 21;
export const LAST_OFFSET_DELTA: usize = 23;
export const BASE_TIMESTAMP: usize = 27;
export const MAX_TIMESTAMP: usize = 35;
export const PRODUCER_ID: usize = 43;
export const PRODUCER_EPOCH: usize = 51;
export const BASE_SEQUENCE: usize = 53;
export const RECORDS_COUNT: usize = 57;
export const HEADER_BYTES: usize = 61;

/** What the length does not count. */
export const LENGTH_END: usize = LENGTH + 4;
export const MAGIC_END: usize = MAGIC + 1;
/** The least message of magic 0: offset, length, CRC, magic, attributes, and the lengths of no key and no value. */
export const LEAST_BYTES: usize = LENGTH_END + 14;

export const CODEC_MASK: i32 = 7;
export const LOG_APPEND_TIME: i32 = 8;

// Codecs.
export const NONE: i32 = 0;
export const GZIP_CODEC: i32 = 1;
export const SNAPPY: i32 = 2;
export const LZ4: i32 = 3;
export const ZSTD: i32 = 4;

// @ts-ignore: decorator
@inline
export function bigI16(at: usize): i32 {
  return <i32>bswap<i16>(load<i16>(at));
}

// @ts-ignore: decorator
@inline
export function bigI32(at: usize): i32 {
  return bswap<i32>(load<i32>(at));
}

// @ts-ignore: decorator
@inline
export function bigI64(at: usize): i64 {
  return bswap<i64>(load<i64>(at));
}
