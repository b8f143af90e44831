/**
 * Where the fields of a record batch lie, in bytes from its start (KIP-98; https://kafka.apache.org/documentation/#recordbatch). Base
 * offset, length and magic are there in the message sets from before Kafka 0.11 as well.
 */
export const BATCH = {
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  records: 57,
} as const;

/** Base offset and length, which the length does not count. */
export const FRAME_BYTES = 12;
