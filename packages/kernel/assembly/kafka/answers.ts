// What the operators on Kafka's record batches answer beside sizes and counts; the host knows the same numbers from
// packages/kernel/src/exports/kafka.ts. What is below 0 is damage: the batch must not be used.

// Of `readRecordBatch`.
/** The batch is whole and sound: its descriptor is filled. */
export const BATCH: i32 = 0;
/** There is nothing more. */
export const ENDED: i32 = 1;
/** The last batch is cut. A broker fills a response up to its limit, so this is no error. */
export const NEEDS_MORE: i32 = 2;
/** A message set of before Kafka 0.11. */
export const OLD_FORMAT: i32 = 3;
export const BAD_LENGTH: i32 = -1;
export const BAD_MAGIC: i32 = -2;
export const BAD_CRC: i32 = -3;
export const BAD_CODEC: i32 = -4;
export const BAD_OFFSETS: i32 = -5;
export const BAD_COUNT: i32 = -6;

// Of `decompressRecords`.
/** No damage: what was compressed has no room. */
export const TOO_LARGE: i32 = -10;
export const NOT_DECODED: i32 = -11;
export const SNAPPY_FRAME: i32 = -12;
export const SNAPPY_LENGTH: i32 = -13;
export const SNAPPY_CUT: i32 = -14;
export const SNAPPY_DISTANCE: i32 = -15;
export const SNAPPY_SIZE: i32 = -16;
export const LZ4_HEADER: i32 = -20;
export const LZ4_HEADER_CHECKSUM: i32 = -21;
export const LZ4_DICTIONARY: i32 = -22;
export const LZ4_CUT: i32 = -23;
export const LZ4_BLOCK_SIZE: i32 = -24;
export const LZ4_DISTANCE: i32 = -25;
export const LZ4_BLOCK_CHECKSUM: i32 = -26;
export const LZ4_CONTENT_SIZE: i32 = -27;
export const LZ4_CONTENT_CHECKSUM: i32 = -28;
export const LZ4_BYTES_LEFT: i32 = -29;
/** Plus what `inflate` answers. */
export const GZIP: i32 = -100;

// Of `openRecords` and `indexRecords`, beside BAD_COUNT.
export const RECORD_LENGTH: i32 = -40;
export const RECORD_FIELDS: i32 = -41;
export const OFFSET_NOT_RISING: i32 = -42;
export const OFFSET_BEYOND_LAST: i32 = -43;
export const RECORDS_MISSING: i32 = -44;
export const BYTES_LEFT: i32 = -45;

// Of `controlType`.
export const CONTROL_KEY: i32 = -50;
