// JSON of several lines -> one line, in the arena: an LF between values is whitespace, which the loops of the scan do not take
// for such, because LF ends a record. 0.4 ns a byte.
//
// Moves rowStart and rowEnd of a row to the copy. An LF within a string stays, and lets the reading fail: it is no JSON.
import { rowEnd, rowStart } from '../block';
import { arenaTop, keepArena, reserveArena } from './arena';
import { BACKSLASHES, LF, LFS, QUOTE, QUOTES, SPACES } from './bytes';
import { lineEndFrom } from './lines';

/** What a vector, or an escape at the end, may write behind the copy. */
const OVERSHOOT: usize = 32;
/** Of a block so many bytes are copied at most: what is beyond is left to the host. */
const MAX_JOINED: usize = 1 << 22;

/** Rows of the block that were joined, and their bytes. */
export let joinedRows: i32 = 0;
let joinedBytes: usize = 0;

/** A new block. */
export function forgetJoined(): void {
  joinedRows = 0;
  joinedBytes = 0;
}

/** Copies the row's text without LFs between values, if it holds an LF and there is room; else false. An LF must stand at its end. */
export function joinLines(row: usize): bool {
  const start = <usize>load<u32>(rowStart + 4 * row);
  const end = <usize>load<u32>(rowEnd + 4 * row);
  if (lineEndFrom(start) >= end) return false;
  const bytes = end - start;
  if (bytes > MAX_JOINED - joinedBytes) return false;
  joinedRows++;
  joinedBytes += bytes;
  reserveArena(bytes + OVERSHOOT);
  const copy = arenaTop;
  copyJoined(start, end, copy);
  store<u8>(copy + bytes, <u8>LF);
  keepArena(copy + bytes + 1);
  store<u32>(rowStart + 4 * row, <u32>copy);
  store<u32>(rowEnd + 4 * row, <u32>(copy + bytes));
  return true;
}

function copyJoined(from: usize, end: usize, to: usize): void {
  const lfs = v128.load(LFS);
  const spaces = v128.load(SPACES);
  const quotes = v128.load(QUOTES);
  const backslashes = v128.load(BACKSLASHES);
  const shift = to - from;
  let p = from;
  while (p < end) {
    // Up to a string.
    const v = v128.load(p);
    v128.store(p + shift, v128.bitselect(spaces, v, i8x16.eq(v, lfs)));
    const opens = i8x16.bitmask(i8x16.eq(v, quotes));
    if (!opens) {
      p += 16;
      continue;
    }
    p += <usize>ctz(opens) + 1;
    // Up to its end.
    while (p < end) {
      const w = v128.load(p);
      v128.store(p + shift, w);
      const stops = i8x16.bitmask(v128.or(i8x16.eq(w, quotes), i8x16.eq(w, backslashes)));
      if (!stops) {
        p += 16;
        continue;
      }
      p += <usize>ctz(stops);
      if (<u32>load<u8>(p) == QUOTE) {
        p++;
        break;
      }
      store<u16>(p + shift, load<u16>(p));
      p += 2;
    }
  }
}
