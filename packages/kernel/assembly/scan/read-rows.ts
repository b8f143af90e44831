// Rows whose text is known -> their spans: templates -> general reading of the rows that no template could read -> learning.
//
// Reads rowStart and rowEnd of the block, where an LF must stand at each row's end; writes flags and spans.
//
// Invariants: a row's spans are complete and exact, or the row is a PUNT and has none. Of what templates and leaps guess
// nothing stays: a row is done only when every byte of it up to its LF was accounted for.
import { ROOM, fieldCount, flags, rowEnd, rowStart, spanOf } from '../block';
import { PUNT } from '../layout';
import { emptyArena } from './arena';
import { runElement, runEnd } from './columns';
import { forgetJoined, joinLines } from './join-lines';
import { holdsLineEnd } from './lines';
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

let blocks: u32 = 0;
let slow: f64 = 0;
/** Rows of the block that are not to be read. */
let refused: i32 = 0;

/** Forgets all templates and begins a new count. Fields and keys must be known before the first block. */
export function prepareRows(): void {
  dropTemplates();
  slow = 0;
  prepareReading();
}

/** Rows that the general reading took, since scanSetup. */
export function slowRows(): f64 {
  return slow;
}

/** The next block: returns its number. */
export function countBlock(): u32 {
  blocks++;
  if (blocks % FADE_BLOCKS == 0) fadeTemplates();
  return blocks;
}

/** The block has no spans and no flags, and nothing is in the arena. */
export function clearBlock(): void {
  emptyArena();
  forgetJoined();
  memory.fill(flags, 0, ROOM);
  memory.fill(done, 0, ROOM);
  refused = 0;
  for (let field = 0; field < fieldCount; field++) memory.fill(spanOf(field), 0, 4 * ROOM);
}

/** The row is a PUNT, and not to be read. */
export function refuse(row: usize): void {
  store<u8>(flags + row, PUNT);
  store<u8>(done + row, 1);
  refused++;
}

/**
 * Reads the rows of a block that is clear but for rows that were refused. `leap`: where rows may be several lines, how far each
 * was leapt over, else 0; false when some are. With `joins` a row that cannot be read is tried once more without its LFs.
 */
export function readRows(rows: i32, leap: usize, joins: bool): bool {
  countStrangers(0);
  let open = rows - refused;
  for (let i: i32 = 0; i < templateCount(); i++) {
    const before = open;
    open = matchTemplate(i, rows, i > 0);
    const template = templateAt(i);
    setHits(template, hitsOf(template) + <u32>(before - open));
    if (!open) break;
  }
  if (leap) if (!areLines(rows, leap)) return false;
  const isStrange = strangeRows && isDone(lastStrange);
  let samples: i32 = 0;
  let slowHere: i32 = 0;
  if (open) {
    for (let row: usize = 0; row < <usize>rows; row++) {
      if (load<u8>(done + row)) continue;
      clearRow(row);
      slowHere++;
      if (readRecord(row) || (joins && readJoined(row))) {
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

/** Reads a row that could not be read, when it holds LFs, without these. */
function readJoined(row: usize): bool {
  if (!joinLines(row)) return false;
  clearRow(row);
  return readRecord(row);
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

/** Whether a template read the row. */
function isDone(row: usize): bool {
  return load<u8>(done + row) && !load<u8>(flags + row);
}

/** Whether the rows that were not read to their very end hold no LF. */
function areLines(rows: i32, leap: usize): bool {
  for (let row: usize = 0; row < <usize>rows; row++) {
    if (isDone(row)) continue;
    const start = <usize>load<u32>(rowStart + 4 * row);
    if (holdsLineEnd(start, min(start + leap, <usize>load<u32>(rowEnd + 4 * row)))) return false;
  }
  return true;
}

