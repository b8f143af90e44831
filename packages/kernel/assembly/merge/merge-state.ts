// What is known of each dimension between the steps of the tail, one record a dimension:
//
//   order u32          code - 1, by rank in this worker's own sorted dictionary: u32[own count]; 0 before it is sealed
//   own count i32
//   own bytes f64      of its values
//   united u32         the dictionary block of all workers
//   united room u32    bytes reserved for it, 0 when it is one of the blocks that were given
//   ranks u32          rank in the united dictionary, by own code (0 for code 0): u32[own count + 1]
//   rank count u32     values of the united dictionary
import { allocateZeroed } from '../memory';
import { dimensionCount } from '../batch';

const STATE: usize = 32;

let states: usize = 0;

// @ts-ignore: decorator
@inline
function stateOf(dimension: i32): usize {
  if (!states) states = allocateZeroed(STATE * <usize>(dimensionCount + 1));
  return states + STATE * <usize>dimension;
}

export function orderOf(dimension: i32): usize {
  return <usize>load<u32>(stateOf(dimension));
}
export function ownCountOf(dimension: i32): i32 {
  return load<i32>(stateOf(dimension), 4);
}
export function ownBytesOf(dimension: i32): f64 {
  return load<f64>(stateOf(dimension), 8);
}
export function setOwnDictionary(dimension: i32, order: usize, count: i32, bytes: f64): void {
  const state = stateOf(dimension);
  store<u32>(state, <u32>order);
  store<i32>(state, count, 4);
  store<f64>(state, bytes, 8);
}

/** The united dictionary block of a dimension, after `uniteDictionaries`. It stays where it is. */
export function unitedDictionary(dimension: i32): usize {
  return <usize>load<u32>(stateOf(dimension), 16);
}
export function unitedRoomOf(dimension: i32): usize {
  return <usize>load<u32>(stateOf(dimension), 20);
}
export function ranksOf(dimension: i32): usize {
  return <usize>load<u32>(stateOf(dimension), 24);
}
export function setUnited(dimension: i32, block: usize, room: usize): void {
  store<u32>(stateOf(dimension), <u32>block, 16);
  store<u32>(stateOf(dimension), <u32>room, 20);
}
export function rankCountOf(dimension: i32): u32 {
  return load<u32>(stateOf(dimension), 28);
}
export function setRankCount(dimension: i32, count: u32): void {
  store<u32>(stateOf(dimension), count, 28);
}
export function setRanks(dimension: i32, ranks: usize): void {
  store<u32>(stateOf(dimension), <u32>ranks, 24);
}
