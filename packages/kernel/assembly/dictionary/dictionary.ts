// The dictionaries of a worker: for each dimension its distinct values by code, in the order of arrival from 1 on; 0 is null.
// How a code is found is in small-table.ts, and in large-table.ts from LARGE_FROM values on.
//
// In memory, by dimension:
//   table u32        slots: see the two tables
//   mask u32         slots - 1
//   count u32        values
//   entries u32      address u32, length u32 of value `code`, at 8 * (code - 1)
//   capacity u32     entries that there is room for
//   slotBytes u32    which of the two tables it is; 0 when there is none yet
import { allocate, release } from '../memory';
import { forgetMemo, memoBytes } from './list-memo';
import { emptyHeap, heapBytes, keepBytes } from './value-heap';

const STATE: usize = 24;
const MASK: usize = 4;
const COUNT: usize = 8;
const ENTRIES: usize = 12;
const CAPACITY: usize = 16;
const SLOT_BYTES: usize = 20;

export const ENTRY: usize = 8;
const FIRST_CAPACITY: u32 = 256;

/** The most values that a small table takes: its slots are 32 bytes, four a value. */
export const LARGE_FROM: u32 = 16384;

let states: usize = 0;
let dictionaries: i32 = 0;
let heldBytes: f64 = 0;

/** So many dictionaries, all empty; once, before all else of this folder. */
export function setDictionaries(dimensions: i32): void {
  dictionaries = dimensions;
  const bytes: usize = STATE * <usize>(dimensions + 1);
  states = allocate(bytes);
  memory.fill(states, 0, bytes);
}

/** All dictionaries are empty again, and their memory is given back. No code may be in use. */
export function emptyDictionaries(): void {
  for (let d = 0; d < dictionaries; d++) {
    const state = stateOf(d);
    closeTable(d);
    const capacity = <usize>load<u32>(state, CAPACITY);
    if (capacity) letGo(<usize>load<u32>(state, ENTRIES), ENTRY * capacity);
    memory.fill(state, 0, STATE);
  }
  emptyHeap();
  forgetMemo();
}

// @ts-ignore: decorator
@inline
function stateOf(dimension: i32): usize {
  return states + STATE * <usize>dimension;
}
// @ts-ignore: decorator
@inline
export function tableOf(dimension: i32): usize {
  return <usize>load<u32>(stateOf(dimension));
}
// @ts-ignore: decorator
@inline
export function maskOf(dimension: i32): u32 {
  return load<u32>(stateOf(dimension), MASK);
}
// @ts-ignore: decorator
@inline
export function slotBytesOf(dimension: i32): u32 {
  return load<u32>(stateOf(dimension), SLOT_BYTES);
}

/** The number of values; codes go from 1 to it. */
export function dictionaryCount(dimension: i32): u32 {
  return load<u32>(stateOf(dimension), COUNT);
}

/** Address u32 and length u32 of each value, by code - 1. Valid until a value is added. */
export function dictionaryEntries(dimension: i32): usize {
  return <usize>load<u32>(stateOf(dimension), ENTRIES);
}

/** Bytes held by all dictionaries. */
export function dictionaryBytes(): f64 {
  return heldBytes + heapBytes() + memoBytes();
}

/** Memory of a dictionary: counted, undefined. */
export function hold(bytes: usize): usize {
  heldBytes += <f64>bytes;
  return allocate(bytes);
}

export function letGo(at: usize, bytes: usize): void {
  heldBytes -= <f64>bytes;
  release(at, bytes);
}

/** Lets go of the dimension's table, if it has one: another is to be set before it is used again. */
export function closeTable(dimension: i32): void {
  const slotBytes = slotBytesOf(dimension);
  if (slotBytes) letGo(tableOf(dimension), <usize>slotBytes * <usize>(maskOf(dimension) + 1));
}

export function setTable(dimension: i32, table: usize, slots: u32, slotBytes: usize): void {
  const state = stateOf(dimension);
  store<u32>(state, <u32>table);
  store<u32>(state, slots - 1, MASK);
  store<u32>(state, <u32>slotBytes, SLOT_BYTES);
}

/** Appends a value that is not there yet, and returns its code. SLACK bytes behind its end are read. */
export function appendValue(dimension: i32, at: usize, length: u32): u32 {
  const state = stateOf(dimension);
  const count = load<u32>(state, COUNT);
  if (count == load<u32>(state, CAPACITY)) growEntries(state, count);
  const entry = <usize>load<u32>(state, ENTRIES) + ENTRY * <usize>count;
  store<u32>(entry, <u32>keepBytes(at, length));
  store<u32>(entry, length, 4);
  store<u32>(state, count + 1, COUNT);
  return count + 1;
}

function growEntries(state: usize, count: u32): void {
  const wanted = count ? 2 * count : FIRST_CAPACITY;
  const next = hold(ENTRY * <usize>wanted);
  if (count) {
    const before = <usize>load<u32>(state, ENTRIES);
    memory.copy(next, before, ENTRY * <usize>count);
    letGo(before, ENTRY * <usize>count);
  }
  store<u32>(state, <u32>next, ENTRIES);
  store<u32>(state, wanted, CAPACITY);
}
