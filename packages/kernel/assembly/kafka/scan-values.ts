// A block from the values of record columns: one row a record, whatever its value is. What read-rows.ts makes of them, but for
// where a row begins and ends, which is known here: 40 ns a row less than by lines.
//
// The scan wants an LF behind each row. The byte there is the first of the record's headers (their number, so there is
// always one): it is an LF while the rows are read, and itself again before anybody else looks.
//
// A value may hold LFs. Those at its end are left out; with others it is copied to one line (scan/join-lines.ts). Whoever
// writes JSON by several lines breaks the first one early, so only the first 16 bytes are looked at, until rows turn out to be
// unreadable for their LFs: then all bytes are, for some blocks.
//
// A row is a PUNT when its value is null or has more than `maxRecordBytes`.
import { rowEnd, rowStart, setBlockRows } from '../block';
import { LF, LFS } from '../scan/bytes';
import { joinLines, joinedRows } from '../scan/join-lines';
import { clearBlock, countBlock, readRows, refuse } from '../scan/read-rows';
import { maxBytes } from '../scan/scan-block';
import { VALUES_AT, VALUE_LENGTHS, columnAt } from './record-columns';

/** So many blocks all bytes are looked at for LFs, after one in which one of so many rows had to be read twice. */
const WARY_BLOCKS: i32 = 64;
const WARY_SHARE: i32 = 8;

/** The bytes that LFs stand for, by row. */
const hidden = memory.data(144, 16);
let wary: i32 = 0;

/** The values of rows [first, first + rows) of the columns, at most BLOCK_ROWS, become the rows of the block. */
export function scanValues(columns: usize, capacity: usize, first: usize, rows: i32): void {
  countBlock();
  clearBlock();
  setBlockRows(rows);
  const values = columnAt(columns, capacity, VALUES_AT) + 4 * first;
  const lengths = columnAt(columns, capacity, VALUE_LENGTHS) + 4 * first;
  takeValues(values, lengths, rows);
  if (wary) joinAll(rows);
  else joinEarly(rows);
  const before = joinedRows;
  readRows(rows, 0, true);
  if (WARY_SHARE * (joinedRows - before) >= rows) wary = WARY_BLOCKS;
  restore(values, lengths, rows);
}

/** Where rows begin and end. */
function takeValues(values: usize, lengths: usize, rows: i32): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = <usize>load<u32>(values + 4 * row);
    const length = load<i32>(lengths + 4 * row);
    let end = start + <usize>max(length, 0);
    store<u8>(hidden + row, load<u8>(end));
    store<u8>(end, <u8>LF);
    if (<u32>length > <u32>maxBytes) {
      // A length of -1, too.
      refuse(row);
      end = start;
    } else {
      while (end > start && <u32>load<u8>(end - 1) == LF) end--;
    }
    store<u32>(rowStart + 4 * row, <u32>start);
    store<u32>(rowEnd + 4 * row, <u32>end);
  }
}

/** Backwards: then even a byte that was hidden twice is itself again. */
function restore(values: usize, lengths: usize, rows: i32): void {
  for (let row = <usize>rows; row > 0; ) {
    row--;
    const end = <usize>load<u32>(values + 4 * row) + <usize>max(load<i32>(lengths + 4 * row), 0);
    store<u8>(end, load<u8>(hidden + row));
  }
}

/** Joins the rows with an LF among their first bytes. */
function joinEarly(rows: i32): void {
  const lfs = v128.load(LFS);
  let found: i32 = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    found |= i8x16.bitmask(i8x16.eq(v128.load(load<u32>(rowStart + 4 * row)), lfs));
  }
  if (!found) return;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const head = v128.load(load<u32>(rowStart + 4 * row));
    if (v128.any_true(i8x16.eq(head, v128.load(LFS)))) joinLines(row);
  }
}

/** Joins the rows with an LF. */
function joinAll(rows: i32): void {
  wary--;
  for (let row: usize = 0; row < <usize>rows; row++) if (joinLines(row)) wary = WARY_BLOCKS;
}
