// Takes records out of record columns: those outside of a range of offsets, and tombstones. What stays moves to the front, in
// order.
import {
  HEADERS_AT,
  HEADERS_LENGTHS,
  KEYS_AT,
  KEY_LENGTHS,
  OFFSETS,
  TIMESTAMPS,
  VALUES_AT,
  VALUE_LENGTHS,
  columnAt,
} from './record-columns';

/** Of the rows [from, from + rows), whose offsets rise, those with an offset in [start, end) stay: how many. */
export function keepOffsets(columns: usize, capacity: i32, from: i32, rows: i32, start: i64, end: i64): i32 {
  const offsets = columnAt(columns, capacity, OFFSETS) + 8 * <usize>from;
  let first = 0;
  let behindLast = rows;
  while (behindLast > 0 && load<i64>(offsets + 8 * <usize>(behindLast - 1)) >= end) behindLast--;
  while (first < behindLast && load<i64>(offsets + 8 * <usize>first) < start) first++;
  if (first > 0) moveRecords(columns, capacity, from, from + first, behindLast - first);
  return behindLast - first;
}

/** Of the rows [from, from + rows) those with a value stay: how many. */
export function dropTombstones(columns: usize, capacity: i32, from: i32, rows: i32): i32 {
  const lengths = columnAt(columns, capacity, VALUE_LENGTHS) + 4 * <usize>from;
  let kept = 0;
  let row = 0;
  while (row < rows) {
    while (row < rows && load<i32>(lengths + 4 * <usize>row) < 0) row++;
    const first = row;
    while (row < rows && load<i32>(lengths + 4 * <usize>row) >= 0) row++;
    if (kept < first) moveRecords(columns, capacity, from + kept, from + first, row - first);
    kept += row - first;
  }
  return kept;
}

/** Moves rows to the front. */
function moveRecords(columns: usize, capacity: usize, to: usize, from: usize, rows: usize): void {
  moveCells(columnAt(columns, capacity, OFFSETS), to, from, rows, 8);
  moveCells(columnAt(columns, capacity, TIMESTAMPS), to, from, rows, 8);
  moveCells(columnAt(columns, capacity, VALUES_AT), to, from, rows, 4);
  moveCells(columnAt(columns, capacity, VALUE_LENGTHS), to, from, rows, 4);
  moveCells(columnAt(columns, capacity, KEYS_AT), to, from, rows, 4);
  moveCells(columnAt(columns, capacity, KEY_LENGTHS), to, from, rows, 4);
  moveCells(columnAt(columns, capacity, HEADERS_AT), to, from, rows, 4);
  moveCells(columnAt(columns, capacity, HEADERS_LENGTHS), to, from, rows, 4);
}

// @ts-ignore: decorator
@inline
function moveCells(column: usize, to: usize, from: usize, rows: usize, bytes: usize): void {
  memory.copy(column + bytes * to, column + bytes * from, bytes * rows);
}
