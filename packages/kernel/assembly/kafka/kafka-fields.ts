// What Kafka knows of a message, as fields of its record: kafka.key, kafka.timestamp, kafka.offset, kafka.partition and
// kafka.headers.NAME. Reads record columns; writes the spans of these fields, for rows that are no PUNT. Nothing is done, and
// nothing costs, when no such field is wanted.
//
//   key         STRING, or NULL
//   timestamp   NUMBER, ms
//   offset      NUMBER
//   partition   NUMBER
//   header      of the last one of that name: STRING, or NULL; ABSENT when there is none
//
// A row is a PUNT when a text is no valid UTF-8, or a number not below 2^53, so that JavaScript could not hold it.
//
// A wanted field:  next u32 | field i32 | kind u32 | length of the name u32 | name of a header ... SLACK
import { blockRows, flags } from '../block';
import { KIND_SHIFT, LENGTH_MASK, NULL, NUMBER, PUNT, SLACK, STRING } from '../layout';
import { allocate } from '../memory';
import { sameBytes } from '../scan/bytes';
import { clearRow, setSpan } from '../scan/record';
import { isUtf8 } from '../scan/string';
import { DECIMAL_BYTES, writeDecimal } from './decimal-text';
import { HEADERS_AT, HEADERS_LENGTHS, KEYS_AT, KEY_LENGTHS, OFFSETS, TIMESTAMPS, columnAt } from './record-columns';
import { readVarint, varintEnd } from './varint';

// Kinds of addKafkaField.
const KEY: u32 = 1;
const TIMESTAMP: u32 = 2;
const OFFSET: u32 = 3;
const PARTITION: u32 = 4;
// 5: a header.

const NAME: usize = 16;
const NUMBER_ROOM: usize = 32;
const MAX_NUMBER: u64 = (1 << 53) - 1;

/** The first wanted field, 0 for none. */
let wanted: usize = 0;
const offsetTexts = memory.data(32 * 144 + 256, 16);
const timestampTexts = memory.data(32 * 144 + 256, 16);
const partitionText = memory.data(32 + 256, 16);
let partitionAt: usize = 0;
const nullText = memory.data<u8>([0x6e, 0x75, 0x6c, 0x6c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);
const NULL_SPAN: u32 = 4 | (NULL << KIND_SHIFT);

export function forgetKafkaFields(): void {
  wanted = 0;
}

/** Adds a field; the name is a header's, else empty. */
export function addKafkaField(field: i32, kind: u32, nameAt: usize, nameLength: usize): void {
  const entry = allocate(NAME + nameLength + SLACK);
  store<u32>(entry, <u32>wanted);
  store<i32>(entry, field, 4);
  store<u32>(entry, kind, 8);
  store<u32>(entry, <u32>nameLength, 12);
  memory.copy(entry + NAME, nameAt, nameLength);
  wanted = entry;
}

/** The partition of all records to come. */
export function setKafkaPartition(partition: i32): void {
  partitionAt = writeDecimal(partition, partitionText + DECIMAL_BYTES);
}

/** Sets the spans of the block's rows, which are the rows from `first` on of the columns. */
export function fillKafkaFields(columns: usize, capacity: usize, first: usize): void {
  for (let entry = wanted; entry; entry = <usize>load<u32>(entry)) {
    const field = load<i32>(entry, 4);
    switch (load<u32>(entry, 8)) {
      case KEY:
        fillKeys(field, columnAt(columns, capacity, KEYS_AT) + 4 * first, columnAt(columns, capacity, KEY_LENGTHS) + 4 * first);
        break;
      case TIMESTAMP:
        fillNumbers(field, columnAt(columns, capacity, TIMESTAMPS) + 8 * first, timestampTexts);
        break;
      case OFFSET:
        fillNumbers(field, columnAt(columns, capacity, OFFSETS) + 8 * first, offsetTexts);
        break;
      case PARTITION:
        fillPartition(field);
        break;
      default:
        fillHeaders(
          entry,
          columnAt(columns, capacity, HEADERS_AT) + 4 * first,
          columnAt(columns, capacity, HEADERS_LENGTHS) + 4 * first,
        );
    }
  }
}

function fillKeys(field: i32, ats: usize, lengths: usize): void {
  for (let row: usize = 0; row < <usize>blockRows; row++) {
    if (!load<u8>(flags + row)) setText(field, row, load<u32>(ats + 4 * row), load<i32>(lengths + 4 * row));
  }
}

function fillNumbers(field: i32, numbers: usize, texts: usize): void {
  for (let row: usize = 0; row < <usize>blockRows; row++) {
    if (load<u8>(flags + row)) continue;
    const value = load<i64>(numbers + 8 * row);
    if (<u64>(value + MAX_NUMBER) > 2 * MAX_NUMBER) {
      puntRow(row);
      continue;
    }
    const end = texts + NUMBER_ROOM * row + DECIMAL_BYTES;
    const at = writeDecimal(value, end);
    setSpan(field, row, at, <u32>(end - at) | (NUMBER << KIND_SHIFT));
  }
}

function fillPartition(field: i32): void {
  const form = <u32>(partitionText + DECIMAL_BYTES - partitionAt) | (NUMBER << KIND_SHIFT);
  for (let row: usize = 0; row < <usize>blockRows; row++) {
    if (!load<u8>(flags + row)) setSpan(field, row, partitionAt, form);
  }
}

function fillHeaders(entry: usize, ats: usize, lengths: usize): void {
  const field = load<i32>(entry, 4);
  for (let row: usize = 0; row < <usize>blockRows; row++) {
    if (load<u8>(flags + row)) continue;
    const at = <usize>load<u32>(ats + 4 * row);
    if (findHeader(entry, at, at + load<u32>(lengths + 4 * row))) setText(field, row, foundAt, foundLength);
  }
}

/** The value of the header that {@link findHeader} found. */
let foundAt: usize = 0;
let foundLength: i32 = 0;

/** Whether the headers in [at, end), which are known to be sound, have the name of this field; the last that has it counts. */
function findHeader(entry: usize, at: usize, end: usize): bool {
  const name = entry + NAME;
  const nameLength = load<i32>(entry, 12);
  let isFound = false;
  let left = readVarint(at, end);
  let next = varintEnd;
  for (; left > 0; left--) {
    const keyLength = readVarint(next, end);
    const key = varintEnd;
    const length = readVarint(key + <usize>keyLength, end);
    const value = varintEnd;
    next = value + <usize>max(length, 0);
    if (keyLength == nameLength) if (sameBytes(key, name, nameLength)) {
      isFound = true;
      foundAt = value;
      foundLength = length;
    }
  }
  return isFound;
}

/** A text of a message; -1 is null. */
function setText(field: i32, row: usize, at: usize, length: i32): void {
  if (length < 0) {
    setSpan(field, row, nullText, NULL_SPAN);
  } else if (<u32>length <= LENGTH_MASK && isUtf8(at, length)) {
    setSpan(field, row, at, <u32>length | (STRING << KIND_SHIFT));
  } else {
    puntRow(row);
  }
}

function puntRow(row: usize): void {
  clearRow(row);
  store<u8>(flags + row, PUNT);
}
