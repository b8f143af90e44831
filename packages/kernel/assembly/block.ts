// A block: up to BLOCK_ROWS records between scan and route. Row arrays are static, spans depend on the number of fields.
//
//   rowStart[row]  u32   first byte of the record's text
//   rowEnd[row]    u32   behind its last byte: the LF (a CR before it still belongs to the text, as JSON whitespace)
//   flags[row]     u8    PUNT | STRAY | FILTERED; 0 is a candidate
//   strayTime[row] i64   the event's time in ms, where STRAY is set
//   spanAt(field)[row]   u32  address of the value's text
//   spanOf(field)[row]   u32  kind << 28 | length in bytes; 0 when the record has no such field
//
// SLACK bytes behind every span can be read. Span arrays have room for BLOCK_ROWS + 16 rows, so that loops may run over.
import { allocate } from './memory';
import { BLOCK_ROWS } from './layout';

export const ROOM: usize = 128 + 16;

export const rowStart = memory.data(4 * 144, 16);
export const rowEnd = memory.data(4 * 144, 16);
export const flags = memory.data(144, 16);
export const strayTime = memory.data(8 * 144, 16);

export let blockRows: i32 = 0;
export let fieldCount: i32 = 0;
let spans: usize = 0;

export function setBlockRows(rows: i32): void {
  blockRows = rows;
}

/** Number of wanted fields; once, before everything else. */
export function setFields(count: i32): void {
  fieldCount = count;
  spans = allocate(8 * ROOM * <usize>(count + 1));
}

// @ts-ignore: decorator
@inline
export function spanAt(field: i32): usize {
  return spans + 8 * ROOM * <usize>field;
}

// @ts-ignore: decorator
@inline
export function spanOf(field: i32): usize {
  return spans + 8 * ROOM * <usize>field + 4 * ROOM;
}

// For the host.
export function rowStartAt(): usize {
  return rowStart;
}
export function rowEndAt(): usize {
  return rowEnd;
}
export function flagsAt(): usize {
  return flags;
}
export function strayTimeAt(): usize {
  return strayTime;
}
export function rowsOfBlock(): i32 {
  return blockRows;
}
/** For tests of single operators, which write spans themselves. */
export function spanAtOf(field: i32): usize {
  return spanAt(field);
}
export function spanOfOf(field: i32): usize {
  return spanOf(field);
}
