// The group rows of packed keys. Reads `keys` and `hashes` of pack-keys.ts; writes `groupOf`, the address of each key's row,
// which is appended when it is new.
//
// Passes, so that cache misses overlap: touch the slots | walk the tags to the slot that is empty or has the key's tag | touch
// the rows | compare, and look on or append. Touching the home slot alone would miss a third of the rows.
//
// 12-15 ns a row with 143,000 groups.
import { appendRow, groupCount, groupRowBytes, groupRows } from './group-rows';
import { groupMask, groupSlots, SLOT } from './group-slots';
import { hashes, KEY_WORD, keys } from './pack-keys';

export const groupOf = memory.data(4 * 512, 64);

/** The slot where the walk of tags ended. */
const slots = memory.data(4 * 512, 64);
/** Keeps the touching loads alive. */
let touched: u32 = 0;

/** Of up to GROUP keys; there is room for as many new slots and rows. */
export function findGroups(count: i32, keyWords: i32): void {
  touchSlots(<usize>count);
  walkTags(<usize>count);
  touchRows(<usize>count);
  if (keyWords == 1) compareOneWord(<usize>count);
  else compareWords(<usize>count, keyWords);
}

function touchSlots(count: usize): void {
  const at = groupSlots;
  const mask = groupMask;
  let sum: u32 = 0;
  for (let q: usize = 0; q < count; q++) sum += load<u32>(at + SLOT * <usize>(load<u32>(hashes + 8 * q) & mask));
  touched = sum;
}

function walkTags(count: usize): void {
  const at = groupSlots;
  const mask = groupMask;
  const size = groupRowBytes();
  const before = groupRows() - size;
  for (let q: usize = 0; q < count; q++) {
    const hash = load<u64>(hashes + 8 * q);
    const tag = hash >> 32;
    let slot = <u32>hash & mask;
    let found = load<u64>(at + SLOT * <usize>slot);
    while (found != 0) {
      if (found >> 32 == tag) break;
      slot = (slot + 1) & mask;
      found = load<u64>(at + SLOT * <usize>slot);
    }
    store<u32>(slots + 4 * q, slot);
    store<u32>(groupOf + 4 * q, <u32>(before + size * <usize>(<u32>found)));
  }
}

/** Every cache line of the rows. Where none was found it is the row before the first: no group, but memory. */
export function touchRows(count: usize): void {
  const size = groupRowBytes();
  let sum: u32 = 0;
  for (let line: usize = 0; line < size; line += 64) {
    for (let q: usize = 0; q < count; q++) sum += load<u32>(<usize>load<u32>(groupOf + 4 * q) + line);
  }
  if (size > 64 && (size & 63) != 0) {
    for (let q: usize = 0; q < count; q++) sum += load<u32>(<usize>load<u32>(groupOf + 4 * q) + size - 8);
  }
  touched += sum;
}

function compareOneWord(count: usize): void {
  const from = keys;
  const rows = groupRows();
  for (let q: usize = 0; q < count; q++) {
    const row = <usize>load<u32>(groupOf + 4 * q);
    if (row >= rows) if (load<u64>(row) == load<u64>(from + 8 * q)) continue;
    store<u32>(groupOf + 4 * q, <u32>find(q, 1));
  }
}

function compareWords(count: usize, keyWords: i32): void {
  const rows = groupRows();
  for (let q: usize = 0; q < count; q++) {
    const row = <usize>load<u32>(groupOf + 4 * q);
    if (row >= rows) if (hasKey(row, q, keyWords)) continue;
    store<u32>(groupOf + 4 * q, <u32>find(q, keyWords));
  }
}

// @ts-ignore: decorator
@inline
function hasKey(row: usize, q: usize, keyWords: i32): bool {
  const from = keys + 8 * q;
  for (let w: usize = 0; w < <usize>keyWords; w++) {
    if (load<u64>(row + 8 * w) != load<u64>(from + KEY_WORD * w)) return false;
  }
  return true;
}

/** Looks from the slot where the walk ended: the tag was another key's, or the group is new. */
function find(q: usize, keyWords: i32): usize {
  const at = groupSlots;
  const mask = groupMask;
  const size = groupRowBytes();
  const before = groupRows() - size;
  const tag = load<u32>(hashes + 8 * q, 4);
  let slot = load<u32>(slots + 4 * q);
  while (true) {
    const number = load<u32>(at + SLOT * <usize>slot);
    if (number == 0) break;
    if (load<u32>(at + SLOT * <usize>slot, 4) == tag) {
      const row = before + size * <usize>number;
      if (hasKey(row, q, keyWords)) return row;
    }
    slot = (slot + 1) & mask;
  }
  const row = appendRow(keyWords);
  for (let w: usize = 0; w < <usize>keyWords; w++) store<u64>(row + 8 * w, load<u64>(keys + KEY_WORD * w + 8 * q));
  store<u32>(at + SLOT * <usize>slot, groupCount());
  store<u32>(at + SLOT * <usize>slot, tag, 4);
  return row;
}
