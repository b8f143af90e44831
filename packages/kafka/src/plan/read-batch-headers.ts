import { HourmillError } from '@hourmill/core';
import { BATCH, FRAME_BYTES } from '../protocol/batch-layout.ts';
import type { BatchSummary } from './batch-summary.ts';

const HEADER_BYTES = 61;

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
  const magic = view.getInt8(at + BATCH.magic);
  if (magic < 2) {
    throw new HourmillError(
      'HM_INPUT_009',
      `${place} has messages of the old format ${magic} at offset ${baseOffset}: copy the topic with a newer client`,
      { context: { offset: baseOffset } },
    );
  }
  const attributes = view.getInt16(at + BATCH.attributes);
  const isAppendTime = (attributes & IS_APPEND_TIME) !== 0;
  const maxMs = Number(view.getBigInt64(at + BATCH.maxTimestamp));
  const firstIsMax = isAppendTime || (attributes & HAS_DELETE_HORIZON) !== 0;
  return {
    baseOffset,
    lastOffset: baseOffset + view.getInt32(at + BATCH.lastOffsetDelta),
    bytes: Math.max(HEADER_BYTES, view.getInt32(at + BATCH.length) + FRAME_BYTES),
    records: view.getInt32(at + BATCH.records),
    firstMs: firstIsMax ? maxMs : Number(view.getBigInt64(at + BATCH.baseTimestamp)),
    maxMs,
    isAppendTime,
    isControl: (attributes & IS_CONTROL) !== 0,
  };
}
