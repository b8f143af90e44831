// A block from text: lines, and what read-rows.ts makes of them.
import { rowEnd, rowStart, setBlockRows } from '../block';
import { LENGTH_MASK } from '../layout';
import { CR, LF } from './bytes';
import { leapLines, lineCount, linesEnd, splitLines } from './lines';
import { clearBlock, countBlock, prepareRows, readRows, refuse } from './read-rows';

/** Blocks without a leap after one that failed, at most. */
const MAX_CAUTION: u32 = 256;

/** Longer records are not read. */
export let maxBytes: usize = 0;

/** Lines are taken to be at least as long as the shortest of the last block that was cut with care. */
let shortest: usize = 0;
/** Blocks still to be cut with care, and how many it will be when a leap fails again. */
let grounded: u32 = 1;
let caution: u32 = 0;

/** Forgets all templates and begins a new count. Fields and keys must be known before the first block. */
export function prepareScan(maxRecordBytes: i32): void {
  caution = 0;
  grounded = 1;
  maxBytes = <usize>min(<u32>maxRecordBytes, LENGTH_MASK);
  prepareRows();
}

/**
 * Cuts up to BLOCK_ROWS records out of [at, end) into the block. Returns the address behind the last line that was consumed;
 * `at` when there is no whole line. Writes an LF at `end`. Blank lines are consumed and take no row.
 */
export function scanBlock(at: usize, end: usize): usize {
  store<u8>(end, <u8>LF);
  const block = countBlock();
  let leaps = false;
  if (grounded) {
    grounded--;
  } else {
    leapLines(at, end, shortest);
    leaps = lineCount != 0;
  }
  if (!leaps) splitLines(at, end);
  if (!readLines(leaps ? shortest : 0)) {
    // A line shorter than all before: cut again, carefully.
    caution = caution ? min(2 * caution, MAX_CAUTION) : 1;
    grounded = caution;
    leaps = false;
    splitLines(at, end);
    readLines(0);
  } else if (leaps) {
    if (caution) if (block % 16 == 0) caution >>= 1;
  }
  if (!leaps) if (lineCount) shortest = shortestLine();
  setBlockRows(lineCount);
  return linesEnd;
}

/** False when rows turned out to be several lines. */
function readLines(leap: usize): bool {
  clearBlock();
  for (let row: usize = 0; row < <usize>lineCount; row++) {
    const bytes = <usize>(load<u32>(rowEnd + 4 * row) - load<u32>(rowStart + 4 * row));
    if (bytes > maxBytes) if (isTooLong(row, bytes)) refuse(row);
  }
  return readRows(lineCount, leap, false);
}

function isTooLong(row: usize, bytes: usize): bool {
  const last = <u32>load<u8>(load<u32>(rowEnd + 4 * row) - 1);
  return bytes - <usize>(last == CR) > maxBytes;
}

function shortestLine(): usize {
  let bytes: usize = 0x7fffffff;
  for (let row: usize = 0; row < <usize>lineCount; row++) {
    bytes = min(bytes, <usize>(load<u32>(rowEnd + 4 * row) - load<u32>(rowStart + 4 * row)));
  }
  return bytes;
}
