// A block from text: lines -> templates -> general reading of the rows that no template could read -> learning.
//
// Invariants: a row's spans are complete and exact, or the row is a PUNT and has none. Of what templates and leaps guess
// nothing stays: a row is done only when every byte of it up to its LF was accounted for.
import { ROOM, flags, rowEnd, rowStart, setBlockRows, spanOf, fieldCount } from '../block';
import { LENGTH_MASK, PUNT } from '../layout';
import { CR, LF } from './bytes';
import { emptyArena } from './arena';
import { runElement, runEnd } from './columns';
import { holdsLineEnd, leapLines, lineCount, linesEnd, splitLines } from './lines';
import { clearRow, prepareReading, readRecord } from './record';
import { countStrangers, lastStrange, matchWith, strangeRows } from './rejoin';
import { admit, closeRanks, done, left, liveAt, liveRow, strayed, waiting } from './rows';
import { ELEMENT, endOfElements, firstElement, gainOf, hitsOf, setGain, setHits } from './template';
import {
  addSample,
  consider,
  dropTemplates,
  fadeTemplates,
  isLastOfItsKind,
  promoteTemplates,
  templateAt,
  templateCount,
} from './templates';

/** Text that a template is matched with at once, at most: it should stay in the caches from column to column. */
const STRIP_BYTES: usize = 131072;
/** A template is learned when one of so many rows was read by the slow way, or has members that its template does not know. */
const SLOW_SHARE: i32 = 8;
const STRANGE_SHARE: i32 = 8;
/** Hits are halved every so many blocks, so that a template that was good long ago can be replaced. */
const FADE_BLOCKS: u32 = 64;
/** How many good detours one bad one outweighs at most, and the reverse. */
const MAX_GAIN: i32 = 64;
/** Blocks without a leap after one that failed, at most. */
const MAX_CAUTION: u32 = 256;

let blocks: u32 = 0;

let maxBytes: usize = 0;
let slow: f64 = 0;

/** Lines are taken to be at least as long as the shortest of the last block that was cut with care. */
let shortest: usize = 0;
/** Blocks still to be cut with care, and how many it will be when a leap fails again. */
let grounded: u32 = 1;
let caution: u32 = 0;

/** Forgets all templates and begins a new count. Fields and keys must be known before the first block. */
export function prepareScan(maxRecordBytes: i32): void {
  dropTemplates();
  slow = 0;
  caution = 0;
  grounded = 1;
  maxBytes = <usize>min(<u32>maxRecordBytes, LENGTH_MASK);
  prepareReading();
}

/** Rows that the general reading took, since scanSetup. */
export function slowRows(): f64 {
  return slow;
}

/**
 * Cuts up to BLOCK_ROWS records out of [at, end) into the block. Returns the address behind the last line that was consumed;
 * `at` when there is no whole line. Writes an LF at `end`. Blank lines are consumed and take no row.
 */
export function scanBlock(at: usize, end: usize): usize {
  store<u8>(end, <u8>LF);
  blocks++;
  if (blocks % FADE_BLOCKS == 0) fadeTemplates();
  let leaps = false;
  if (grounded) {
    grounded--;
  } else {
    leapLines(at, end, shortest);
    leaps = lineCount != 0;
  }
  if (!leaps) splitLines(at, end);
  if (!readRows(leaps)) {
    // A line shorter than all before: cut again, carefully.
    caution = caution ? min(2 * caution, MAX_CAUTION) : 1;
    grounded = caution;
    leaps = false;
    splitLines(at, end);
    readRows(false);
  } else if (leaps) {
    if (caution) if (blocks % 16 == 0) caution >>= 1;
  }
  if (!leaps) if (lineCount) shortest = shortestLine();
  setBlockRows(lineCount);
  return linesEnd;
}

/** False when rows turned out to be several lines. */
function readRows(leaps: bool): bool {
  const rows = lineCount;
  emptyArena();
  clearBlock();
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = <usize>load<u32>(rowStart + 4 * row);
    const bytes = <usize>load<u32>(rowEnd + 4 * row) - start;
    if (bytes > maxBytes) if (isTooLong(row, bytes)) refuse(row);
  }
  countStrangers(0);
  let open = rows;
  for (let i: i32 = 0; i < templateCount(); i++) {
    const before = open;
    open = matchTemplate(i, rows, i > 0);
    const template = templateAt(i);
    setHits(template, hitsOf(template) + <u32>(before - open));
    if (!open) break;
  }
  if (leaps) if (!areLines(rows)) return false;
  const isStrange = strangeRows && isDone(lastStrange);
  let samples: i32 = 0;
  let slowHere: i32 = 0;
  if (open) {
    for (let row: usize = 0; row < <usize>rows; row++) {
      if (load<u8>(done + row)) continue;
      clearRow(row);
      slowHere++;
      if (readRecord(row)) {
        addSample(samples++, row);
      } else {
        clearRow(row);
        refuse(row);
      }
    }
    slow += <f64>slowHere;
  }
  promoteTemplates();
  if (samples && (slowHere * SLOW_SHARE >= rows || templateCount() == 0)) {
    consider(samples);
  } else if (isStrange && strangeRows * STRANGE_SHARE >= rows) {
    addSample(0, lastStrange);
    consider(1);
  }
  return true;
}

/** Matches the rows that are not done with a template; returns how many are still not. */
function matchTemplate(index: i32, rows: i32, again: bool): i32 {
  const template = templateAt(index);
  const last = index == templateCount() - 1;
  matchWith(template, gainOf(template) >= 0 && (last || isLastOfItsKind(index)), last);
  memory.fill(strayed, 0, ROOM);
  let open: i32 = 0;
  let gain = gainOf(template);
  let row: i32 = 0;
  while (row < rows) {
    const from = row;
    const limit = <usize>load<u32>(rowStart + 4 * row) + STRIP_BYTES;
    let count: i32 = 0;
    do {
      if (!load<u8>(done + row)) {
        if (again) clearRow(row);
        store<u32>(liveRow + 4 * count, 4 * row);
        store<u32>(liveAt + 4 * count, load<u32>(rowStart + 4 * row));
        count++;
      }
      row++;
    } while (row < rows && <usize>load<u32>(rowEnd + 4 * row) <= limit);
    if (!count) continue;
    runTemplate(template, count);
    for (let r = from; r < row; r++) {
      const isOpen = <i32>!load<u8>(done + r);
      open += isOpen;
      if (load<u8>(strayed + r)) gain += isOpen ? -1 : 1;
    }
  }
  setGain(template, max(-MAX_GAIN, min(MAX_GAIN, gain)));
  return open;
}

function runTemplate(template: usize, rows: i32): void {
  const end = endOfElements(template) - ELEMENT;
  for (let element = firstElement(template); element < end; element += ELEMENT) {
    rows = admit(element, rows);
    if (rows) {
      runElement(element, rows);
      if (left) rows = closeRanks(rows);
    } else if (!waiting) {
      return;
    }
  }
  rows = admit(end, rows);
  runEnd(end, rows);
  closeRanks(rows);
}

function clearBlock(): void {
  memory.fill(flags, 0, ROOM);
  memory.fill(done, 0, ROOM);
  for (let field = 0; field < fieldCount; field++) memory.fill(spanOf(field), 0, 4 * ROOM);
}

/** Whether a template read the row. */
function isDone(row: usize): bool {
  return load<u8>(done + row) && !load<u8>(flags + row);
}

function isTooLong(row: usize, bytes: usize): bool {
  const last = <u32>load<u8>(load<u32>(rowEnd + 4 * row) - 1);
  return bytes - <usize>(last == CR) > maxBytes;
}

function refuse(row: usize): void {
  store<u8>(flags + row, PUNT);
  store<u8>(done + row, 1);
}

/** Whether the rows that were not read to their very end hold no LF. */
function areLines(rows: i32): bool {
  for (let row: usize = 0; row < <usize>rows; row++) {
    if (isDone(row)) continue;
    const start = <usize>load<u32>(rowStart + 4 * row);
    if (holdsLineEnd(start, min(start + shortest, <usize>load<u32>(rowEnd + 4 * row)))) return false;
  }
  return true;
}

function shortestLine(): usize {
  let bytes: usize = 0x7fffffff;
  for (let row: usize = 0; row < <usize>lineCount; row++) {
    bytes = min(bytes, <usize>(load<u32>(rowEnd + 4 * row) - load<u32>(rowStart + 4 * row)));
  }
  return bytes;
}
