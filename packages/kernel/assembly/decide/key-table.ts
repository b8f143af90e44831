// The keys that an owner has seen: one table of 16-byte slots that hold h1 and h2; both 0 is an empty slot. Open addressing,
// linear probing. A search begins at capacity * (low half of h1) / 2^32, so that any capacity will do, and the places where
// searches begin are in the order of that half. Behind the last of them a tail takes the keys that run over.
//
// That order lets the table grow in place, cluster by cluster from the last one on, while the block that the allocator gave
// (a power of two bytes) has room: only when it has not is there a second copy for a moment.
//
// A table that has no estimate and grows all the time costs 20 ns more a key.
import { closeMarks, hasMarks, openMarks, setMark, takeMark } from './known-marks';
import { allocate, bytesFree, bytesLeft, count, freshFrom, release, releaseUncounted } from '../memory';

export const SLOT: usize = 16;

/** When all keys come that were expected. It is an upper bound mostly. */
const EXPECTED_LOAD: f64 = 0.8;
/** It grows when it is as full as this. */
const FULL_PERCENT: u64 = 85;
const GROWTH_PERCENT: u64 = 150;
const FIRST_CAPACITY: u32 = 8192;
const FIRST_TAIL: u32 = 512;
/** A block of the allocator has so many slots at most. */
const MOST_SLOTS: u64 = 0x4000000;
const PAGE: usize = 4096;

export let slots: usize = 0;
/** Places where a search can begin. */
export let capacity: u64 = 0;
/** Keys in the table. */
let keys: u32 = 0;
/** When there are so many keys, or one in the tail's last slot, the table must grow. */
let mostKeys: u32 = 0;
export let lastSlot: usize = 0;
let tail: u64 = 0;
let blockBytes: usize = 0;

/** Keys of a cluster that is being moved, if there are not more of them; behind them a byte each: whether it is marked. */
const FEW: usize = 1024;
const few = memory.data(17 * 1024, 16);

export function keyTableBytes(): f64 {
  return <f64>usedBytes();
}

function usedBytes(): usize {
  return slots ? SLOT * <usize>(capacity + tail) : 0;
}

/** Slots of the table, those of the tail among them. */
export function keySlots(): u32 {
  return slots ? <u32>(capacity + tail) : 0;
}

/** Makes an empty table with room for so many keys, and writes every page of it once. */
export function openKeyTable(expectedKeys: f64): void {
  const wanted = expectedKeys / EXPECTED_LOAD;
  const most = <f64>(MOST_SLOTS - <u64>FIRST_TAIL);
  const first = wanted < <f64>FIRST_CAPACITY ? FIRST_CAPACITY : wanted < most ? <u32>wanted : <u32>most;
  keys = 0;
  openSlots(<u64>first, <u64>FIRST_TAIL);
}

export function closeKeyTable(): void {
  if (slots == 0) return;
  closeMarks();
  releaseUncounted(slots, blockBytes, usedBytes(), 0);
  slots = 0;
}

function openSlots(places: u64, run: u64): void {
  const bytes = SLOT * <usize>(places + run);
  const fresh = freshFrom();
  slots = allocate(bytes);
  blockBytes = bytes;
  setPlaces(places, run);
  if (slots < fresh) memory.fill(slots, 0, bytes);
  else for (let at = slots; at < slots + bytes; at += PAGE) store<u64>(at, 0);
}

function setPlaces(places: u64, run: u64): void {
  capacity = places;
  tail = run;
  mostKeys = <u32>((FULL_PERCENT * places) / 100);
  lastSlot = slots + usedBytes() - SLOT;
}

/** Where the search for a fingerprint begins. */
// @ts-ignore: decorator
@inline
export function homeOf(at: usize, places: u64, h1: u64): usize {
  return at + SLOT * <usize>(((h1 & 0xffffffff) * places) >> 32);
}

/** Counts keys that have been put into the table. */
export function countKeys(more: u32): void {
  keys += more;
}

/** The keys that the table can take before it must grow. */
export function keyRoom(): u32 {
  return mostKeys - keys;
}

/** Gives the table more places when it is full, and a longer tail when that is. */
export function growKeyTable(): void {
  const isFull = keys >= mostKeys;
  const isOver = load<u64>(lastSlot) != 0 || load<u64>(lastSlot, 8) != 0;
  const before = usedBytes();
  const places = isFull ? (GROWTH_PERCENT * capacity) / 100 : capacity;
  const run = isOver ? 2 * tail : tail;
  const after = SLOT * <usize>(places + run);
  if (roomOf(after) == roomOf(blockBytes)) count(<f64>(after - before));
  else moveTo(after, before);
  memory.fill(slots + before, 0, after - before);
  setPlaces(places, run);
  if (hasMarks()) openMarks(keySlots());
  if (isFull) spread(slots + before);
}

/** Whether the table takes so many more keys and leaves `reserve` bytes of the budget for others, growing if it must. */
export function keysFit(more: u32, reserve: f64): bool {
  if (keys + more < mostKeys) return true;
  const before = usedBytes();
  const after = SLOT * <usize>((GROWTH_PERCENT * capacity) / 100 + tail);
  if (after >= SLOT * <usize>MOST_SLOTS) return false;
  const wanted = roomOf(after) == roomOf(blockBytes) ? after - before : after;
  return <f64>wanted <= bytesLeft() && bytesFree() - <f64>wanted >= reserve;
}

/** What the allocator gives for so many bytes. */
function roomOf(bytes: usize): usize {
  return <usize>1 << (32 - <usize>clz<u32>(<u32>(bytes - 1)));
}

function moveTo(bytes: usize, used: usize): void {
  const to = allocate(bytes);
  memory.copy(to, slots, used);
  releaseUncounted(slots, blockBytes, used, 0);
  slots = to;
  blockBytes = bytes;
}

// @ts-ignore: decorator
@inline
function isEmpty(slot: usize): bool {
  return (load<u64>(slot) | load<u64>(slot, 8)) == 0;
}

/**
 * Puts all keys below `end` where they belong now. No key moves down past the slot in front of its cluster, which is empty,
 * nor further behind the last place than the furthest was: the last k places get only keys that had the last k before.
 */
function spread(end: usize): void {
  let slot = end;
  while (slot > slots) {
    slot -= SLOT;
    if (isEmpty(slot)) continue;
    const behind = slot + SLOT;
    while (slot > slots) {
      if (isEmpty(slot - SLOT)) break;
      slot -= SLOT;
    }
    spreadCluster(slot, behind - slot);
  }
}

function spreadCluster(cluster: usize, bytes: usize): void {
  const isLarge = bytes > SLOT * FEW;
  const count = bytes / SLOT;
  const copy = isLarge ? allocate(bytes + count) : few;
  const marked = copy + bytes;
  for (let i: usize = 0; i < bytes; i += SLOT) {
    v128.store(copy + i, v128.load(cluster + i));
    v128.store(cluster + i, i64x2.splat(0));
  }
  const hasAny = hasMarks();
  if (hasAny) takeMarks((cluster - slots) / SLOT, count, marked);
  for (let i: usize = 0; i < bytes; i += SLOT) {
    let to = homeOf(slots, capacity, load<u64>(copy + i));
    while (!isEmpty(to)) to += SLOT;
    v128.store(to, v128.load(copy + i));
    if (hasAny) if (load<u8>(marked + i / SLOT)) setMark((to - slots) / SLOT);
  }
  if (isLarge) release(copy, bytes + count);
}

function takeMarks(slot: usize, count: usize, out: usize): void {
  for (let i: usize = 0; i < count; i++) store<u8>(out + i, <u8>takeMark(slot + i));
}
