// The wanted fields as a tree of keys: `geo.city` is the child `city` of the root's child `geo`.
//
// A node, 32 bytes:  parent u32 | field i32 | key address u32 | key length u32 | children u32 | seen u32 | unused 8
// The first two are no keys: NONE, for values that nobody wants anything of, and ROOT, the record itself.
//
// A hash table from (parent, key) finds a key: slots u32, a node or 0, at most a quarter full.
import { allocate, allocateZeroed, release } from '../memory';
import { SLACK } from '../layout';
import { sameBytes } from './bytes';

export const NONE: u32 = 0;
export const ROOT: u32 = 1;

const NODE: usize = 32;

let nodes: usize = 0;
let capacity: usize = 0;
let count: u32 = 0;
let slots: usize = 0;
let slotMask: u32 = 0;

/** An empty tree. */
export function plantTree(): void {
  if (!nodes) growTree(64);
  memory.fill(nodes, 0, NODE * capacity);
  count = 2;
  setField(NONE, -1);
  setField(ROOT, -1);
  fillSlots();
}

/** The node of this key below a node, made if it is new. */
export function plantKey(parent: u32, at: usize, length: usize): u32 {
  const known = childOf(parent, at, length);
  if (known != NONE) return known;
  if (count == <u32>capacity) growTree(2 * capacity);
  const key = allocate(length + SLACK);
  memory.copy(key, at, length);
  const node = count++;
  const to = nodes + NODE * <usize>node;
  store<u32>(to, parent);
  store<u32>(to, <u32>key, 8);
  store<u32>(to, <u32>length, 12);
  store<u32>(to, 0, 16);
  store<u32>(to, 0, 20);
  setField(node, -1);
  const above = nodes + NODE * <usize>parent;
  store<u32>(above, load<u32>(above, 16) + 1, 16);
  fillSlots();
  return node;
}

// @ts-ignore: decorator
@inline
export function fieldOf(node: u32): i32 {
  return load<i32>(nodes + NODE * <usize>node, 4);
}

export function setField(node: u32, field: i32): void {
  store<i32>(nodes + NODE * <usize>node, field, 4);
}

// @ts-ignore: decorator
@inline
export function hasChildren(node: u32): bool {
  return load<u32>(nodes + NODE * <usize>node, 16) != 0;
}

/** Marks a node as met in the reading of this number; true when it already was. */
// @ts-ignore: decorator
@inline
export function meet(node: u32, reading: u32): bool {
  const to = nodes + NODE * <usize>node;
  const again = load<u32>(to, 20) == reading;
  store<u32>(to, reading, 20);
  return again;
}

/** The next node behind `from` that lies below `top`; NONE behind the last. A parent comes before its children. */
export function nextBelow(top: u32, from: u32): u32 {
  for (let node = from + 1; node < count; node++) {
    let above = node;
    do above = load<u32>(nodes + NODE * <usize>above);
    while (above > top);
    if (above == top) return node;
  }
  return NONE;
}

/** NONE when no wanted field has this key there. Up to 15 bytes behind the key are read. */
export function childOf(parent: u32, at: usize, length: usize): u32 {
  let slot = <u32>hashOf(parent, at, length) & slotMask;
  while (true) {
    const node = load<u32>(slots + 4 * <usize>slot);
    if (node == NONE) return NONE;
    const from = nodes + NODE * <usize>node;
    if (load<u32>(from) == parent)
      if (load<u32>(from, 12) == <u32>length) if (sameBytes(load<u32>(from, 8), at, length)) return node;
    slot = (slot + 1) & slotMask;
  }
}

/** By length and the first and last eight bytes; keys that agree in these meet in neighbouring slots. */
// @ts-ignore: decorator
@inline
function hashOf(parent: u32, at: usize, length: usize): u64 {
  const head = load<u64>(at);
  const mixed =
    length < 8
      ? head & ~(<u64>-1 << (<u64>length << 3))
      : head ^ rotl<u64>(load<u64>(at + length - 8), 23);
  const hash = (mixed + <u64>length * 0x9e3779b97f4a7c15 + <u64>parent) * 0xff51afd7ed558ccd;
  return hash ^ (hash >> 32);
}

function growTree(wanted: usize): void {
  const grown = allocateZeroed(NODE * wanted);
  const wider = allocate(4 * 4 * wanted);
  if (nodes) {
    memory.copy(grown, nodes, NODE * capacity);
    release(nodes, NODE * capacity);
    release(slots, 4 * 4 * capacity);
  }
  nodes = grown;
  slots = wider;
  capacity = wanted;
  slotMask = 4 * <u32>wanted - 1;
}

function fillSlots(): void {
  memory.fill(slots, 0, 4 * 4 * capacity);
  for (let node: u32 = 2; node < count; node++) {
    const from = nodes + NODE * <usize>node;
    let slot = <u32>hashOf(load<u32>(from), load<u32>(from, 8), load<u32>(from, 12)) & slotMask;
    while (load<u32>(slots + 4 * <usize>slot)) slot = (slot + 1) & slotMask;
    store<u32>(slots + 4 * <usize>slot, node);
  }
}
