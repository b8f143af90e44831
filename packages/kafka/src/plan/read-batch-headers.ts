import { HourmillError } from '@hourmill/core';
import type { BatchSummary } from './batch-summary.ts';

/** Places in a record batch, as the message format of Kafka 0.11 has them (KIP-98). */
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const RECORDS_AT = 57;
const HEADER_BYTES = 61;
/** Base offset and length, which the length does not count. */
const FRAME_BYTES = 12;

const IS_APPEND_TIME = 1 << 3;
const IS_CONTROL = 1 << 5;
/** The base timestamp is the time from which on a tombstone may go, not that of the first record (KIP-534). */
const HAS_DELETE_HORIZON = 1 << 6;

/**
 * Summaries of the batches in the answer of a fetch; the last may be cut behind its header. Nothing is checked but the format.
 * @param place for the message: topic and partition
 * @throws HM_INPUT_009 for a message of a format from before Kafka 0.11
 */
export function readBatchHeaders(records: Uint8Array, place: string): BatchSummary[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const batches: BatchSummary[] = [];
  for (let at = 0; at + HEADER_BYTES <= records.length; ) {
    const batch = readHeader(view, at, place);
    batches.push(batch);
    at += batch.bytes;
  }
  return batches;
}

function readHeader(view: DataView, at: number, place: string): BatchSummary {
  const baseOffset = Number(view.getBigInt64(at));
  const magic = view.getInt8(at + MAGIC_AT);
  if (magic < 2) {
    throw new HourmillError(
      'HM_INPUT_009',
      `${place} has messages of the old format ${magic} at offset ${baseOffset}: copy the topic with a newer client`,
      { context: { offset: baseOffset } },
    );
  }
  const attributes = view.getInt16(at + ATTRIBUTES_AT);
  const isAppendTime = (attributes & IS_APPEND_TIME) !== 0;
  const maxMs = Number(view.getBigInt64(at + MAX_TIMESTAMP_AT));
  const firstIsMax = isAppendTime || (attributes & HAS_DELETE_HORIZON) !== 0;
  return {
    baseOffset,
    lastOffset: baseOffset + view.getInt32(at + LAST_OFFSET_DELTA_AT),
    bytes: Math.max(HEADER_BYTES, view.getInt32(at + LENGTH_AT) + FRAME_BYTES),
    records: view.getInt32(at + RECORDS_AT),
    firstMs: firstIsMax ? maxMs : Number(view.getBigInt64(at + BASE_TIMESTAMP_AT)),
    maxMs,
    isAppendTime,
    isControl: (attributes & IS_CONTROL) !== 0,
  };
}
