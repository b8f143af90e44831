// The table of a dictionary of many values: slots of 8 bytes at most 60 % full, and the bytes in the heap. A lookup misses the
// cache three times (slot, entry, bytes), so that a block of rows is looked up in passes that each touch what the next one
// reads, and the misses overlap. Reads lists of values, writes their codes.
//
// A slot is tag u32 | code u32, code 0 in an empty one. The tag is the high half of the hash, the slot from its low half.
//
// 19 ns a row with 17,000 values, 55 with 200,000 and 65 with a million, all equally often.
import { BLOCK_ROWS } from '../layout';
import {
  appendValue,
  closeTable,
  dictionaryCount,
  dictionaryEntries,
  ENTRY,
  hold,
  letGo,
  maskOf,
  setTable,
  tableOf,
} from './dictionary';
import { hashValue, sameBytes } from './value-hash';

const SLOT: usize = 8;
export const LARGE_SLOT: u32 = 8;
/** Values by slot: 3 to 5. */
const FULL_VALUES: u64 = 3;
const FULL_SLOTS: u64 = 5;

/** The values to look up: address, length, and then their codes. */
export const listAt = memory.data(4 * 128, 16);
export const listLength = memory.data(4 * 128, 16);
export const listCode = memory.data(4 * 128, 16);

const hashes = memory.data(8 * 128, 16);
/** Where the walk of tags ended: the slot that is empty or has the value's tag. */
const slots = memory.data(4 * 128, 16);
/** Keeps the touching loads alive. */
let touched: u32 = 0;

/** Fills `listCode` for the first `count` values of the list, up to BLOCK_ROWS; what is new is added. */
export function codesOfList(dimension: i32, count: i32): void {
  reserveLarge(dimension, <u32>BLOCK_ROWS);
  hashList(count);
  touchSlots(dimension, count);
  walkTags(dimension, count);
  touchEntries(dimension, count);
  touchBytes(dimension, count);
  for (let i: usize = 0; i < 4 * <usize>count; i += 4) {
    const code = load<u32>(listCode + i);
    const at = <usize>load<u32>(listAt + i);
    const length = load<u32>(listLength + i);
    if (code) {
      const entry = dictionaryEntries(dimension) + ENTRY * <usize>(code - 1);
      if (load<u32>(entry, 4) == length) if (sameBytes(<usize>load<u32>(entry), at, length)) continue;
    }
    store<u32>(listCode + i, find(dimension, <usize>load<u32>(slots + i), load<u64>(hashes + 2 * i), at, length));
  }
}

function hashList(count: i32): void {
  for (let i: usize = 0; i < 4 * <usize>count; i += 4) {
    store<u64>(hashes + 2 * i, hashValue(<usize>load<u32>(listAt + i), load<u32>(listLength + i)));
  }
}

function touchSlots(dimension: i32, count: i32): void {
  const table = tableOf(dimension);
  const mask = maskOf(dimension);
  let sum: u32 = 0;
  for (let i: usize = 0; i < 4 * <usize>count; i += 4) {
    const slot = table + SLOT * <usize>(load<u32>(hashes + 2 * i) & mask);
    store<u32>(slots + i, <u32>slot);
    sum += load<u32>(slot);
  }
  touched = sum;
}

function walkTags(dimension: i32, count: i32): void {
  const table = tableOf(dimension);
  const mask = maskOf(dimension);
  for (let i: usize = 0; i < 4 * <usize>count; i += 4) {
    const tag = load<u32>(hashes + 2 * i, 4);
    let slot = <usize>load<u32>(slots + i);
    let code = load<u32>(slot, 4);
    while (code) {
      if (load<u32>(slot) == tag) break;
      slot = slotAfter(table, mask, slot);
      code = load<u32>(slot, 4);
    }
    store<u32>(slots + i, <u32>slot);
    store<u32>(listCode + i, code);
  }
}

function touchEntries(dimension: i32, count: i32): void {
  const entries = dictionaryEntries(dimension);
  let sum: u32 = 0;
  for (let i: usize = 0; i < 4 * <usize>count; i += 4) {
    const code = load<u32>(listCode + i);
    sum += load<u32>(entries + ENTRY * <usize>(code - <u32>(code != 0)));
  }
  touched += sum;
}

function touchBytes(dimension: i32, count: i32): void {
  const entries = dictionaryEntries(dimension);
  let sum: u32 = 0;
  for (let i: usize = 0; i < 4 * <usize>count; i += 4) {
    const code = load<u32>(listCode + i);
    if (code) sum += load<u32>(<usize>load<u32>(entries + ENTRY * <usize>(code - 1)));
  }
  touched += sum;
}

// @ts-ignore: decorator
@inline
function slotAfter(table: usize, mask: u32, slot: usize): usize {
  return table + ((slot + SLOT - table) & (SLOT * <usize>mask));
}

/** Looks from this slot on, and adds the value when it is new. */
function find(dimension: i32, slot: usize, hash: u64, at: usize, length: u32): u32 {
  const table = tableOf(dimension);
  const mask = maskOf(dimension);
  const tag = <u32>(hash >> 32);
  while (true) {
    const code = load<u32>(slot, 4);
    if (code == 0) break;
    if (load<u32>(slot) == tag) {
      const entry = dictionaryEntries(dimension) + ENTRY * <usize>(code - 1);
      if (load<u32>(entry, 4) == length) if (sameBytes(<usize>load<u32>(entry), at, length)) return code;
    }
    slot = slotAfter(table, mask, slot);
  }
  const code = appendValue(dimension, at, length);
  store<u32>(slot, tag);
  store<u32>(slot, code, 4);
  return code;
}

/** The code of one value, which is added when it is new. */
export function largeCode(dimension: i32, at: usize, length: u32): u32 {
  reserveLarge(dimension, 1);
  const hash = hashValue(at, length);
  return find(dimension, tableOf(dimension) + SLOT * <usize>(<u32>hash & maskOf(dimension)), hash, at, length);
}

/** Makes room for so many more values. */
function reserveLarge(dimension: i32, values: u32): void {
  const room = maskOf(dimension) + 1;
  if (isFull(dictionaryCount(dimension) + values, room)) rebuild(dimension, 2 * room);
}

function isFull(values: u32, room: u32): bool {
  return FULL_SLOTS * <u64>values > FULL_VALUES * <u64>room;
}

/** Gives the dimension a large table of all its values, in place of a small one. */
export function becomeLarge(dimension: i32, slots: u32): void {
  rebuild(dimension, slots);
}

function rebuild(dimension: i32, room: u32): void {
  closeTable(dimension);
  const bytes = SLOT * <usize>room;
  const table = hold(bytes);
  memory.fill(table, 0, bytes);
  setTable(dimension, table, room, SLOT);
  const count = dictionaryCount(dimension);
  const entries = dictionaryEntries(dimension);
  for (let code: u32 = 1; code <= count; code++) {
    const entry = entries + ENTRY * <usize>(code - 1);
    const hash = hashValue(<usize>load<u32>(entry), load<u32>(entry, 4));
    let slot = table + SLOT * <usize>(<u32>hash & (room - 1));
    while (load<u32>(slot, 4)) slot = slotAfter(table, room - 1, slot);
    store<u32>(slot, <u32>(hash >> 32));
    store<u32>(slot, code, 4);
  }
}
