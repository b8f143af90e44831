// From a worker's dictionaries to those of a frame, and back. A frame holds only the values of its own rows.
//
// Writing replaces each code of a column by 1 + the place of its value in the frame's block. Reading interns each value of the
// block once and then looks codes up. Of a large dictionary each value is a cache miss or two: most of what a frame costs.
import { codesOfList, listAt, listCode, listLength } from '../dictionary/large-table';
import { ENTRY, dictionaryCount, dictionaryEntries } from '../dictionary/dictionary';
import { internValue, prepare } from '../dictionary/lookup';
import { BLOCK_ROWS } from '../layout';
import { allocate, allocateZeroed, release } from '../memory';
import { blockCount, blockOffsets, blockValues, closeDictionaryBlock, copyValue, dictionaryBlockBytes } from '../merge/dictionary-block';
import { MAX_FRAME_ROWS } from './frame';
import { addressOf, extendFrames } from './frame-buffer';

/** 1 + place by code, all 0 between two columns: u32[placeRoom]. */
let places: usize = 0;
let placeRoom: u32 = 0;
/** The codes that the column has, by place: u32[MAX_FRAME_ROWS]. */
let distinct: usize = 0;
/** Code by place + 1, while rows are read: u32[MAX_FRAME_ROWS + 1]. */
let codes: usize = 0;

function open(): void {
  if (distinct) return;
  distinct = allocate(4 * <usize>MAX_FRAME_ROWS);
  codes = allocate(4 * <usize>(MAX_FRAME_ROWS + 1));
}

/** Gives the memory back that depends on the dictionaries' sizes. */
export function releasePlaces(): void {
  if (placeRoom) release(places, 4 * <usize>placeRoom);
  placeRoom = 0;
}

function openPlaces(values: u32): void {
  open();
  if (values < placeRoom) return;
  releasePlaces();
  placeRoom = 2 * values + 256;
  places = allocateZeroed(4 * <usize>placeRoom);
}

/** Appends the dictionary block of a column of codes, u32[rows] at this place of the buffer, and makes places of the codes. */
export function appendDictionary(dimension: i32, column: usize, rows: i32): void {
  openPlaces(dictionaryCount(dimension));
  const entries = dictionaryEntries(dimension);
  const from = addressOf(column);
  let count: u32 = 0;
  let bytes: f64 = 0;
  for (let at = from; at < from + 4 * <usize>rows; at += 4) {
    const code = load<u32>(at);
    if (code == 0) continue;
    let place = load<u32>(places + 4 * <usize>code);
    if (place == 0) {
      store<u32>(distinct + 4 * <usize>count, code);
      count++;
      place = count;
      store<u32>(places + 4 * <usize>code, place);
      bytes += <f64>load<u32>(entries + ENTRY * <usize>(code - 1), 4);
    }
    store<u32>(at, place);
  }
  const block = addressOf(extendFrames(<usize>dictionaryBlockBytes(<i32>count, bytes)));
  writeValues(block, entries, count);
}

function writeValues(block: usize, entries: usize, count: u32): void {
  const offsets = blockOffsets(block);
  const values = blockValues(block, <i32>count);
  let place: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const code = load<u32>(distinct + 4 * i);
    const entry = entries + ENTRY * <usize>(code - 1);
    const length = load<u32>(entry, 4);
    store<u32>(offsets + 4 * i, place);
    copyValue(values + place, <usize>load<u32>(entry), length);
    place += length;
    store<u32>(places + 4 * <usize>code, 0);
  }
  closeDictionaryBlock(block, <i32>count, place);
}

/** Writes this worker's codes of rows [from, to) of a frame's column to `out`. Returns where the block ends. */
export function readCodes(dimension: i32, column: usize, from: i32, to: i32, block: usize, out: usize): usize {
  open();
  const count = blockCount(block);
  store<u32>(codes, 0);
  internBlock(dimension, block, count);
  let write = out;
  for (let at = column + 4 * <usize>from; at < column + 4 * <usize>to; at += 4) {
    store<u32>(write, load<u32>(codes + 4 * <usize>load<u32>(at)));
    write += 4;
  }
  return block + <usize>dictionaryBlockBytes(count, <f64>load<u32>(block, 4));
}

function internBlock(dimension: i32, block: usize, count: i32): void {
  const offsets = blockOffsets(block);
  const values = blockValues(block, count);
  for (let first = 0; first < count; first += BLOCK_ROWS) {
    const some = min(BLOCK_ROWS, count - first);
    if (prepare(dimension, <u32>some)) internLarge(dimension, offsets, values, first, some);
    else {
      for (let i = first; i < first + some; i++) {
        const start = load<u32>(offsets + 4 * <usize>i);
        const length = load<u32>(offsets + 4 * <usize>i, 4) - start;
        store<u32>(codes + 4 * <usize>(i + 1), internValue(dimension, values + start, length));
      }
    }
  }
}

function internLarge(dimension: i32, offsets: usize, values: usize, first: i32, some: i32): void {
  for (let i = 0; i < some; i++) {
    const offset = offsets + 4 * <usize>(first + i);
    store<u32>(listAt + 4 * <usize>i, <u32>(values + load<u32>(offset)));
    store<u32>(listLength + 4 * <usize>i, load<u32>(offset, 4) - load<u32>(offset));
  }
  codesOfList(dimension, some);
  for (let i = 0; i < some; i++) store<u32>(codes + 4 * <usize>(first + i + 1), load<u32>(listCode + 4 * <usize>i));
}
