// The records of a batch (KIP-98; Kafka's documentation, "Record") to columns: where each value, key and list of headers lies,
// its offset and its time. No byte of a value is looked at.
//
//   length varint: of all behind it
//   attributes i8, unused
//   timestamp delta varlong, offset delta varint
//   key length varint, key | value length varint, value            -1: null
//   headers varint, then of each: key length varint, key, value length varint, value
//
// Reads the uncompressed bytes that `openRecords` was given, none outside, and the descriptor as it was then; writes columns
// (record-columns.ts), so many records a call. One batch at a time. Each record fills its length exactly; offsets rise and do
// not pass the batch's last, which itself may be missing after compaction; behind the last record nothing is left.
// 22-25 ns a record that is in the cache, as it is after its CRC or its decompressor; else each record waits for memory.
import {
  BAD_COUNT,
  BYTES_LEFT,
  OFFSET_BEYOND_LAST,
  OFFSET_NOT_RISING,
  RECORD_FIELDS,
  RECORD_LENGTH,
  RECORDS_MISSING,
} from './answers';
import {
  baseOffset,
  baseTimestamp,
  isLogAppendTime,
  lastOffsetDelta,
  maxTimestamp,
  recordsCount,
} from './batch-descriptor';
import {
  columnAt,
  HEADERS_AT,
  HEADERS_LENGTHS,
  KEYS_AT,
  KEY_LENGTHS,
  OFFSETS,
  TIMESTAMPS,
  VALUES_AT,
  VALUE_LENGTHS,
} from './record-columns';
import { countFits } from './record-count';
import { BEYOND, readVarint, readVarlong, varintEnd } from './varint';

const NULL_LENGTH: i32 = -1;
const ATTRIBUTES_BYTES: usize = 1;

/** The next record, and the end of all. */
let next: usize = 0;
let recordsEnd: usize = 0;
/** Records that are not indexed yet. */
let left: i32 = 0;
/** The offset delta of the record before. */
let previous: i32 = -1;
// Of the batch.
let firstOffset: i64 = 0;
let lastDelta: i32 = 0;
let timestamp: i64 = 0;
/** All ones where deltas are added to `timestamp`, else 0. */
let deltaMask: i64 = 0;

/** Begins with the uncompressed records of the batch that was described last: 0, BAD_COUNT or BYTES_LEFT. */
export function openRecords(at: usize, end: usize): i32 {
  next = at;
  recordsEnd = end;
  left = recordsCount();
  previous = -1;
  firstOffset = baseOffset();
  lastDelta = lastOffsetDelta();
  timestamp = isLogAppendTime() ? maxTimestamp() : baseTimestamp();
  deltaMask = isLogAppendTime() ? 0 : -1;
  if (countFits(left, end - at)) return 0;
  return left ? BAD_COUNT : BYTES_LEFT;
}

/** Indexes records into the rows [from, capacity), 1 or more: how many, 0 behind the last one; or damage (< 0). */
export function indexRecords(columns: usize, capacity: i32, from: i32): i32 {
  const rows = min(left, capacity - from);
  const behindLast = from + rows;
  for (let row = from; row < behindLast; row++) {
    if (next == recordsEnd) return RECORDS_MISSING;
    const length = readVarint(next, recordsEnd);
    const at = varintEnd;
    if (at == BEYOND || length < 0) return RECORD_LENGTH;
    if (<usize>length > recordsEnd - at) return RECORD_LENGTH;
    const answer = indexRecord(columns, capacity, row, at, at + <usize>length);
    if (answer) return answer;
    next = at + <usize>length;
  }
  left -= rows;
  if (!left && next != recordsEnd) return BYTES_LEFT;
  return rows;
}

/** The record whose bytes behind its length are [at, end): 0 or damage. */
function indexRecord(columns: usize, capacity: usize, row: usize, at: usize, end: usize): i32 {
  if (at == end) return RECORD_FIELDS;
  const timestampDelta = readVarlong(at + ATTRIBUTES_BYTES, end);
  const delta = readVarint(varintEnd, end);
  const keyLength = readVarint(varintEnd, end);
  const keyAt = varintEnd;
  const valueLength = readVarint(behind(keyAt, keyLength, end), end);
  const valueAt = varintEnd;
  const headersAt = behind(valueAt, valueLength, end);
  if (headersEnd(headersAt, end) != end) return RECORD_FIELDS;
  if (delta <= previous) return OFFSET_NOT_RISING;
  if (delta > lastDelta) return OFFSET_BEYOND_LAST;
  previous = delta;

  store<i64>(columnAt(columns, capacity, OFFSETS) + 8 * row, firstOffset + <i64>delta);
  store<i64>(columnAt(columns, capacity, TIMESTAMPS) + 8 * row, timestamp + (timestampDelta & deltaMask));
  store<u32>(columnAt(columns, capacity, VALUES_AT) + 4 * row, <u32>valueAt);
  store<i32>(columnAt(columns, capacity, VALUE_LENGTHS) + 4 * row, valueLength);
  store<u32>(columnAt(columns, capacity, KEYS_AT) + 4 * row, <u32>keyAt);
  store<i32>(columnAt(columns, capacity, KEY_LENGTHS) + 4 * row, keyLength);
  store<u32>(columnAt(columns, capacity, HEADERS_AT) + 4 * row, <u32>headersAt);
  store<i32>(columnAt(columns, capacity, HEADERS_LENGTHS) + 4 * row, <i32>(end - headersAt));
  return 0;
}

/** Behind so many bytes, none if they are null; BEYOND if they do not fit or `at` is BEYOND. */
// @ts-ignore: decorator
@inline
function behind(at: usize, length: i32, end: usize): usize {
  if (at > end) return BEYOND;
  if (length < NULL_LENGTH) return BEYOND;
  const bytes = <usize>max(length, 0);
  return bytes <= end - at ? at + bytes : BEYOND;
}

/** Behind the headers, or BEYOND. A header's key is never null. */
function headersEnd(at: usize, end: usize): usize {
  const count = readVarint(at, end);
  at = varintEnd;
  if (count < 0) return BEYOND;
  for (let i = 0; i < count; i++) {
    if (at >= end) return BEYOND;
    const keyLength = readVarint(at, end);
    if (keyLength < 0) return BEYOND;
    const valueLength = readVarint(behind(varintEnd, keyLength, end), end);
    at = behind(varintEnd, valueLength, end);
  }
  return at;
}
