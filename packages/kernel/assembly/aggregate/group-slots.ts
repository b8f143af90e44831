// Where a group's row is found by its key: open addressing, linear probing, at most 60 % full.
//
// A slot is row u32, 1 + the row's index, 0 in an empty slot | tag u32, the high half of the key's hash (key-hash.ts). The low
// half says where the search begins.
import { allocateZeroed, release } from '../memory';
import { keyHash } from './key-hash';
import { groupCount, groupRowBytes, groupRows } from './group-rows';

export const SLOT: usize = 8;
const FIRST_SLOTS: u32 = 0x1000;
const FULL_GROUPS: u64 = 3;
const FULL_SLOTS: u64 = 5;

export let groupSlots: usize = 0;
/** Slots - 1. */
export let groupMask: u32 = 0;

export function slotBytes(): f64 {
  return groupSlots ? <f64>SLOT * (<f64>groupMask + 1) : 0;
}

export function openSlots(): void {
  groupMask = FIRST_SLOTS - 1;
  groupSlots = allocateZeroed(SLOT * <usize>FIRST_SLOTS);
}

export function closeSlots(): void {
  if (groupSlots == 0) return;
  release(groupSlots, SLOT * (<usize>groupMask + 1));
  groupSlots = 0;
}

/** Whether there is room for so many more groups. */
export function hasRoom(more: u32): bool {
  return FULL_SLOTS * <u64>(groupCount() + more) <= FULL_GROUPS * (<u64>groupMask + 1);
}

/** Makes the slots anew, as many as it takes for so many more groups. */
export function growSlots(more: u32, keyWords: i32): void {
  const groups = FULL_SLOTS * <u64>(groupCount() + more);
  let slots = FIRST_SLOTS;
  while (groups > FULL_GROUPS * <u64>slots) slots *= 2;
  rebuildSlots(slots, keyWords);
}

/** Finds all rows anew: their keys or the number of slots have changed. */
function rebuildSlots(slots: u32, keyWords: i32): void {
  closeSlots();
  groupMask = slots - 1;
  groupSlots = allocateZeroed(SLOT * <usize>slots);
  const at = groupSlots;
  const mask = groupMask;
  const size = groupRowBytes();
  const count = groupCount();
  let row = groupRows();
  for (let g: u32 = 1; g <= count; g++) {
    const hash = keyHash(row, keyWords);
    let slot = <u32>hash & mask;
    while (load<u32>(at + SLOT * <usize>slot)) slot = (slot + 1) & mask;
    store<u32>(at + SLOT * <usize>slot, g);
    store<u32>(at + SLOT * <usize>slot, <u32>(hash >> 32), 4);
    row += size;
  }
}
