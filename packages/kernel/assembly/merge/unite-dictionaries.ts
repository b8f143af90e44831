// Merges sorted dictionaries into one, in which each value stands once: those of all workers, and says which rank each of this
// worker's codes has there; or any others, and says which rank each of their values has.
//
// Reads dictionary blocks; writes one, and the ranks. What all values have in common at their start is not compared. 16-35 ns a
// value of the inputs.
import { allocate, allocateUncounted, count as countBytes, release, releaseUncounted } from '../memory';
import { commonPrefix, compareBytes, prefixOf } from './byte-order';
import { blockCount, blockOffsets, blockValues, closeDictionaryBlock, copyValue, dictionaryBlockBytes } from './dictionary-block';
import { ENDED, keyOf, openTree, playAgain, playAll, setKey, winner } from './loser-tree';
import { orderOf, ownCountOf, ranksOf, setRankCount, setRanks, setUnited, unitedDictionary, unitedRoomOf } from './merge-state';

const PREFIX: u32 = 8;

// An input: next offset u32 (address in the block's offsets) | last offset u32 | values u32 | value u32 | length u32 | ranks u32.
// `ranks` is where the rank of its next value goes, 0 when nobody asks.
// `value` and `length` are of the next value without what all have in common; `length` of an input that has ended is ENDED_LENGTH.
const INPUT: usize = 24;
const RANKS: usize = 20;
const ENDED_LENGTH: u32 = 0xffffffff;

let cursors: usize = 0;
let common: u32 = 0;

// @ts-ignore: decorator
@inline
function valueOf(input: i32): usize {
  return <usize>load<u32>(cursors + INPUT * <usize>input, 12);
}

// @ts-ignore: decorator
@inline
function lengthOf(input: i32): u32 {
  return load<u32>(cursors + INPUT * <usize>input, 16);
}

/** Moves an input to its next value. */
// @ts-ignore: decorator
@inline
function step(input: i32): void {
  const cursor = cursors + INPUT * <usize>input;
  const next = load<u32>(cursor);
  if (next == load<u32>(cursor, 4)) {
    store<u32>(cursor, ENDED_LENGTH, 16);
    setKey(input, ENDED);
    return;
  }
  const start = load<u32>(next);
  const value = <usize>(load<u32>(cursor, 8) + start + common);
  const length = load<u32>(next, 4) - start - common;
  store<u32>(cursor, next + 4);
  store<u32>(cursor, <u32>value, 12);
  store<u32>(cursor, length, 16);
  setKey(input, prefixOf(value, length));
}

/** Values with the same prefix: the one that ends within it is the smaller, else the bytes behind it decide. */
function isBefore(a: i32, b: i32): bool {
  const order = compareRest(valueOf(a), lengthOf(a), valueOf(b), lengthOf(b));
  return order == 0 ? a < b : order < 0;
}

// @ts-ignore: decorator
@inline
function compareRest(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  if (aLength <= PREFIX || bLength <= PREFIX || aLength == ENDED_LENGTH || bLength == ENDED_LENGTH) {
    return aLength == bLength ? 0 : aLength < bLength ? -1 : 1;
  }
  return compareBytes(a, aLength, b, bLength, PREFIX);
}

/**
 * `blocks`: addresses u32[n] of the workers' dictionary blocks, `own` the number of this worker's. With one block no copy is made,
 * and it must stay; otherwise the
 * blocks may be released afterwards.
 */
export function uniteDictionaries(dimension: i32, blocks: usize, n: i32, own: i32): void {
  if (n == 1) {
    rankOwnValues(dimension);
    setUnited(dimension, <usize>load<u32>(blocks), 0);
    return;
  }
  forgetUnited(dimension);
  const ownCount = ownCountOf(dimension);
  const byRank = allocate(4 * <usize>ownCount);
  openInputs(blocks, n);
  store<u32>(cursors + INPUT * <usize>own, <u32>byRank, RANKS);
  // Room for all values, in case that none stands in two inputs; the rest is given back to the budget, but stays reserved.
  const values = valuesOf(blocks, n);
  const room = unitedBlocksBytes(blocks, n);
  const roomBytes = room < 4294967295.0 ? <usize>room : <usize>-1;
  const united = allocateUncounted(roomBytes);
  countBytes(room);
  const used = mergeInputs(united, blockValues(united, values));
  countBytes(<f64>used - room);
  setRanksOfOrder(dimension, byRank);
  release(byRank, 4 * <usize>ownCount);
  setUnited(dimension, united, roomBytes);
  setRankCount(dimension, <u32>blockCount(united));
  release(cursors, INPUT * <usize>n);
}

/** The ranks of this worker's codes in its own sealed dictionary: for keys that no other worker sees. Writes no block. */
export function rankOwnValues(dimension: i32): void {
  forgetUnited(dimension);
  setRanksOfOrder(dimension, 0);
  setRankCount(dimension, <u32>ownCountOf(dimension));
}

/** The ranks by code: of the values in this worker's own order; without `byRank` they are their places in it. */
function setRanksOfOrder(dimension: i32, byRank: usize): void {
  const count = ownCountOf(dimension);
  const ranks = allocate(4 * (<usize>count + 1));
  const order = orderOf(dimension);
  store<u32>(ranks, 0);
  for (let i = 0; i < count; i++) {
    const rank = byRank ? load<u32>(byRank + 4 * <usize>i) : <u32>i + 1;
    store<u32>(ranks + 4 * <usize>(load<u32>(order + 4 * <usize>i) + 1), rank);
  }
  setRanks(dimension, ranks);
}

/** The most that {@link uniteBlocks} writes for these blocks. One of 4 GiB and more cannot be. */
export function unitedBlocksBytes(blocks: usize, n: i32): f64 {
  let bytes: f64 = 0;
  for (let i = 0; i < n; i++) bytes += <f64>load<u32>(<usize>load<u32>(blocks + 4 * <usize>i), 4);
  return dictionaryBlockBytes(valuesOf(blocks, n), bytes);
}

function valuesOf(blocks: usize, n: i32): i32 {
  let values: i32 = 0;
  for (let i = 0; i < n; i++) values += blockCount(<usize>load<u32>(blocks + 4 * <usize>i));
  return values;
}

/**
 * Writes one block of the values of all, to `out`, a multiple of 8. `ranks`: addresses u32[n] of u32[count] for each block's
 * values, which get their ranks there.
 */
export function uniteBlocks(blocks: usize, n: i32, ranks: usize, out: usize): void {
  openInputs(blocks, n);
  for (let i: usize = 0; i < <usize>n; i++) store<u32>(cursors + INPUT * i, load<u32>(ranks + 4 * i), RANKS);
  mergeInputs(out, blockValues(out, valuesOf(blocks, n)));
  release(cursors, INPUT * <usize>n);
}

/** Before the dictionary is sealed again, too. */
export function forgetUnited(dimension: i32): void {
  const ranks = ranksOf(dimension);
  if (ranks) release(ranks, 4 * (<usize>ownCountOf(dimension) + 1));
  setRanks(dimension, 0);
  const room = unitedRoomOf(dimension);
  if (room == 0) return;
  const united = unitedDictionary(dimension);
  releaseUncounted(united, room, <usize>dictionaryBlockBytes(blockCount(united), <f64>load<u32>(united, 4)), 0);
  setUnited(dimension, 0, 0);
}

function openInputs(blocks: usize, n: i32): void {
  cursors = allocate(INPUT * <usize>n);
  common = commonOfAll(blocks, n);
  openTree(n, isBefore);
  for (let i = 0; i < n; i++) {
    const block = <usize>load<u32>(blocks + 4 * <usize>i);
    const count = blockCount(block);
    const cursor = cursors + INPUT * <usize>i;
    store<u32>(cursor, <u32>blockOffsets(block));
    store<u32>(cursor, <u32>blockOffsets(block) + 4 * <u32>count, 4);
    store<u32>(cursor, <u32>blockValues(block, count), 8);
    store<u32>(cursor, 0, RANKS);
    step(i);
  }
  playAll();
}

/** What the first and the last values of all inputs have in common at their start, all between have. */
function commonOfAll(blocks: usize, n: i32): u32 {
  let first: usize = 0;
  let firstLength: u32 = 0;
  let shared: u32 = 0;
  for (let i = 0; i < n; i++) {
    const block = <usize>load<u32>(blocks + 4 * <usize>i);
    const count = blockCount(block);
    if (count == 0) continue;
    const values = blockValues(block, count);
    for (let end = 0; end < 2; end++) {
      const offset: usize = blockOffsets(block) + 4 * (end ? <usize>count - 1 : 0);
      const value = values + load<u32>(offset);
      const length = load<u32>(offset, 4) - load<u32>(offset);
      if (!first) {
        first = value;
        firstLength = length;
        shared = length;
      } else {
        const both = commonPrefix(first, firstLength, value, length);
        if (both < shared) shared = both;
      }
    }
  }
  return shared;
}

/** Writes the united block, its values first at `values`; returns its size. */
function mergeInputs(united: usize, values: usize): usize {
  const offsets = blockOffsets(united);
  const shared = common;
  let rank: u32 = 0;
  let place: u32 = 0;
  let lastKey: u64 = 0;
  let lastLength: u32 = ENDED_LENGTH;
  let input = winner();
  while (lengthOf(input) != ENDED_LENGTH) {
    const key = keyOf(input);
    const length = lengthOf(input);
    const value = valueOf(input);
    let known = false;
    if (key == lastKey) {
      if (length == lastLength) known = length <= PREFIX || compareBytes(value, length, values + place - length, length, PREFIX) == 0;
    }
    if (!known) {
      store<u32>(offsets + 4 * <usize>rank, place);
      copyValue(values + place, value - shared, length + shared);
      place += length + shared;
      rank++;
      lastKey = key;
      lastLength = length;
    }
    const cursor = cursors + INPUT * <usize>input;
    const ranks = load<u32>(cursor, RANKS);
    if (ranks) {
      store<u32>(<usize>ranks, rank);
      store<u32>(cursor, ranks + 4, RANKS);
    }
    step(input);
    input = playAgain();
  }
  memory.copy(blockValues(united, <i32>rank), values, place);
  closeDictionaryBlock(united, <i32>rank, place);
  return <usize>dictionaryBlockBytes(<i32>rank, <f64>place);
}
