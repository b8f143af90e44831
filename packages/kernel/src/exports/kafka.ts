import { INFLATE_DAMAGE } from './inflate.ts';

/**
 * What the module exports of `assembly/kafka`: record batches of magic 2 (KIP-98), as a Fetch response has them. In this order: a
 * batch is read and described, its records are decompressed if they are compressed, then opened and indexed. What any call
 * answers below 0 is an index of {@link KAFKA_DAMAGE}, but for `RECORDS.tooLarge`; such a batch must not be used. No input
 * traps, and none is read outside of the range that was given. What becomes of the columns: `readRecords` of `OperatorExports`.
 */
export interface KafkaExports {
  /**
   * Looks at the batch at `at` in the record set `[at, end)`, CRC included: one of {@link RECORD_BATCH}, or damage. Writes the
   * descriptor; unless the batch is described, nothing of it but the bytes that it says to have, 0 if these are not there. The
   * next batch begins `bytes` behind this one.
   */
  readRecordBatch(at: number, end: number): number;
  /** The address of the descriptor, always the same: see {@link RECORD_BATCH_FIELD}. */
  recordBatchAt(): number;
  /**
   * Decompresses `[at, end)` to `out`: gzip, snappy (raw or as snappy-java frames it) or an LZ4 frame; zstd is the host's.
   * `RECORDS.overshootBytes` behind `limit` may be overwritten.
   * @returns bytes written; `RECORDS.tooLarge` when they would pass `limit`, after which more room may be given
   */
  decompressRecords(codec: number, at: number, end: number, out: number, limit: number): number;
  /**
   * Begins with the records of the batch that was described last, uncompressed in `[at, end)`, which must stay there until they
   * are indexed. Other batches may be read meanwhile, but not opened.
   * @returns 0, or damage: they cannot be so many
   */
  openRecords(at: number, end: number): number;
  /**
   * Indexes the next records into the block at `columns` (a multiple of 8), which has room for `capacity` of them: see
   * {@link RECORD_COLUMN}. They become the rows from `from` on, below `capacity`, so that records of several batches can share a
   * block. Damage may show after a part of the batch has been indexed.
   * @returns how many, `capacity - from` as long as there are more; 0 when there are none left
   */
  indexRecords(columns: number, capacity: number, from: number): number;
  /**
   * Of the rows `[from, from + rows)`, whose offsets rise, those with an offset in `[start, end)` stay. They move to the front, to
   * `from` on.
   * @returns how many
   */
  keepOffsets(columns: number, capacity: number, from: number, rows: number, start: bigint, end: bigint): number;
  /**
   * Of the rows `[from, from + rows)` those with a value stay, in order. They move to the front.
   * @returns how many
   */
  dropTombstones(columns: number, capacity: number, from: number, rows: number): number;
  /**
   * Makes something that Kafka knows of a message a field of `setFields`: for `readRecords`. After `scanSetup`, which forgets
   * them, and before the first block. Such a field has no key (`addKey`).
   * @param kind one of {@link KAFKA_FIELD}
   * @param nameAt the header's name, UTF-8, copied; `nameLength` is 0 for the other kinds
   */
  addKafkaField(field: number, kind: number, nameAt: number, nameLength: number): void;
  /** The partition of all records from here on; before the first block when `KAFKA_FIELD.partition` is wanted. */
  setKafkaPartition(partition: number): void;
  /** Of a record of a control batch, from its key: 0 abort, 1 commit, or another type; damage when the key is none. */
  controlType(keyAt: number, keyLength: number): number;
  /** The CRC-32C of `length` bytes. Signed: `>>> 0` gives the usual number. */
  crc32c(at: number, length: number): number;
}

/** The answers of `readRecordBatch` other than damage. */
export const RECORD_BATCH = {
  /** It is whole and sound. */
  described: 0,
  /** There are no bytes left. */
  ended: 1,
  /** It is cut, as the last one of a response may be. */
  needsMore: 2,
  /** A message set of magic 0 or 1, from before Kafka 0.11. */
  oldFormat: 3,
} as const;

/** Where a field lies in the descriptor, in bytes. */
export const RECORD_BATCH_FIELD = {
  /** int64, as are the next four. */
  baseOffset: 0,
  /** Of the batch as it was produced: that record may be gone after compaction. */
  lastOffset: 8,
  /** Milliseconds since 1970. */
  baseTimestamp: 16,
  maxTimestamp: 24,
  /** -1: none. */
  producerId: 32,
  /** uint32: of the whole batch, header included. */
  bytes: 40,
  /** uint32: the address of the records as they are stored. */
  recordsAt: 44,
  /** uint32 */
  recordsBytes: 48,
  /** int32, as are the rest: how many records. */
  records: 52,
  leaderEpoch: 56,
  /** -1: none. */
  baseSequence: 60,
  /** -1: none. */
  producerEpoch: 64,
  /** One of {@link CODEC}. */
  codec: 68,
  /** Of {@link RECORD_BATCH_FLAG}; others are not to be minded. */
  flags: 72,
} as const;

export const RECORD_BATCH_FLAG = {
  /** The time of all records is `maxTimestamp`, the broker's; without it each has its own (create time). */
  logAppendTime: 8,
  transactional: 16,
  /** Its records are no data: see `controlType`. */
  control: 32,
} as const;

export const CODEC = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** What `decompressRecords` and `indexRecords` need and answer. */
export const RECORDS = { tooLarge: -10, overshootBytes: 353 } as const;

/** Where a column begins in the block of `indexRecords`, in bytes for each record of its capacity. */
export const RECORD_COLUMN = {
  /** int64 */
  offset: 0,
  /** int64: milliseconds since 1970. */
  timestamp: 8,
  /** uint32: the address. */
  valueAt: 16,
  /** int32: bytes, -1 for null. */
  valueLength: 20,
  keyAt: 24,
  keyLength: 28,
  /** uint32: the address of their number (a varint), behind which they follow. */
  headersAt: 32,
  /** int32: bytes with their number; 1 when there are none. */
  headersLength: 36,
} as const;

/** Of the block of `indexRecords`, for each record of its capacity. */
export const RECORD_COLUMNS_BYTES = 40;

/** The kinds of `addKafkaField`. */
export const KAFKA_FIELD = {
  /** A string, or null. */
  key: 1,
  /** A number, milliseconds since 1970. */
  timestamp: 2,
  /** A number, as the next. */
  offset: 3,
  partition: 4,
  /** The last header of a name: a string, or null. */
  header: 5,
} as const;

const GZIP = -100;

/** What is wrong with a batch, by the answer. */
export const KAFKA_DAMAGE: Readonly<Record<number, string>> = {
  [-1]: 'the length of a batch cannot be',
  [-2]: 'a batch is of an unknown format',
  [-3]: 'the CRC of a batch does not fit',
  [-4]: 'a batch is compressed by an unknown codec',
  [-5]: 'the offsets of a batch cannot be',
  [-6]: 'the number of records does not fit the offsets or the length of a batch',
  [-11]: 'this codec is not decompressed here',
  [-12]: 'the snappy frame is of an unknown version',
  [-13]: 'the length of a snappy block is damaged',
  [-14]: 'a snappy block ends too early',
  [-15]: 'a distance of snappy goes too far back',
  [-16]: 'a snappy block has more or less text than it says',
  [-20]: 'the header of the LZ4 frame is damaged',
  [-21]: 'the checksum of the LZ4 header does not fit',
  [-22]: 'the LZ4 frame wants a dictionary',
  [-23]: 'the LZ4 frame ends too early',
  [-24]: 'an LZ4 block is larger than its frame allows',
  [-25]: 'a distance of LZ4 goes too far back',
  [-26]: 'the checksum of an LZ4 block does not fit',
  [-27]: 'the size of the LZ4 content does not fit',
  [-28]: 'the checksum of the LZ4 content does not fit',
  [-29]: 'something follows the LZ4 frame',
  [-40]: 'the length of a record cannot be',
  [-41]: 'the fields of a record do not fill its length',
  [-42]: 'the offsets of a batch do not rise',
  [-43]: 'the offset of a record is beyond the last of its batch',
  [-44]: 'a batch has fewer records than it says',
  [-45]: 'something follows the last record of a batch',
  [-50]: 'the key of a control record is damaged',
  ...Object.fromEntries(Object.entries(INFLATE_DAMAGE).map(([code, text]) => [GZIP + Number(code), `gzip: ${text}`])),
};
