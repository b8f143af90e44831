// Text -> lines. Writes rowStart and rowEnd of the block.
//
// `splitLines` looks at every byte (16 ns a line of 430). `leapLines` begins to look for a line's end only behind the
// shortest length that lines had so far. It may thus join a shorter line with the next one: a row is known to be
// one line only when its reading ended exactly at its end, so whoever leaps must look at every other row for an LF.
import { rowEnd, rowStart } from '../block';
import { BLOCK_ROWS } from '../layout';
import { CR, LF, LFS, SPACE, TAB } from './bytes';

/** Lines found, without the blank ones. */
export let lineCount: i32 = 0;
/** Behind the last LF that was found; the start when there was none. */
export let linesEnd: usize = 0;

/** Whole lines of [at, end), at most BLOCK_ROWS. An LF must stand at `end`. */
export function splitLines(at: usize, end: usize): void {
  const lfs = v128.load(LFS);
  let start = at;
  let p = at;
  let rows: i32 = 0;
  while (p < end) {
    const a = i8x16.eq(v128.load(p), lfs);
    const b = i8x16.eq(v128.load(p, 16), lfs);
    const c = i8x16.eq(v128.load(p, 32), lfs);
    const d = i8x16.eq(v128.load(p, 48), lfs);
    if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
      let found: u64 =
        <u64>i8x16.bitmask(a) |
        (<u64>i8x16.bitmask(b) << 16) |
        (<u64>i8x16.bitmask(c) << 32) |
        (<u64>i8x16.bitmask(d) << 48);
      do {
        const q = p + <usize>ctz(found);
        found &= found - 1;
        if (q >= end) break;
        store<u32>(rowStart + 4 * rows, <u32>start);
        store<u32>(rowEnd + 4 * rows, <u32>q);
        rows += <i32>!isBlank(start, q);
        start = q + 1;
        if (rows == BLOCK_ROWS) break;
      } while (found);
      if (rows == BLOCK_ROWS) break;
    }
    p += 64;
  }
  lineCount = rows;
  linesEnd = start;
}

/** {@link splitLines} of lines that are all at least `leap` bytes long. */
export function leapLines(at: usize, end: usize, leap: usize): void {
  const lfs = v128.load(LFS);
  let start = at;
  let rows: i32 = 0;
  while (start + leap < end) {
    let p = start + leap;
    let found: i32;
    while (true) {
      found = i8x16.bitmask(i8x16.eq(v128.load(p), lfs));
      if (found) break;
      p += 16;
    }
    p += <usize>ctz(found);
    if (p >= end) break;
    store<u32>(rowStart + 4 * rows, <u32>start);
    store<u32>(rowEnd + 4 * rows, <u32>p);
    rows += <i32>!isBlank(start, p);
    start = p + 1;
    if (rows == BLOCK_ROWS) break;
  }
  lineCount = rows;
  linesEnd = start;
}

// @ts-ignore: decorator
@inline
function isBlank(start: usize, end: usize): bool {
  return <u32>load<u8>(start) > SPACE ? false : isBlankThroughout(start, end);
}

function isBlankThroughout(start: usize, end: usize): bool {
  for (let p = start; p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c != SPACE) if (c != TAB) if (c != CR) return false;
  }
  return true;
}

/** The first LF at `p` or behind; there must be one. */
export function lineEndFrom(p: usize): usize {
  const lfs = v128.load(LFS);
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(p), lfs));
    if (found) return p + <usize>ctz(found);
    p += 16;
  }
}

/** Whether an LF stands in [from, to). */
export function holdsLineEnd(from: usize, to: usize): bool {
  for (let p = from; p < to; p++) if (<u32>load<u8>(p) == LF) return true;
  return false;
}
