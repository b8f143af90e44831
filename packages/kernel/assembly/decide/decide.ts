// Deduplication: reads fingerprints in the order in which they are decided, writes which of them are the first of their key.
// An owner sees all fingerprints of its range, so that its answer is final. What it knows is in key-table.ts.
//
// 42-45 ns a row with 1.8 million keys, most of it cache and TLB misses. Touching comes first, so that the misses of a group
// of rows overlap.
import {
  capacity,
  closeKeyTable,
  countKeys,
  growKeyTable,
  homeOf,
  keyRoom,
  keysFit,
  keyTableBytes,
  lastSlot,
  openKeyTable,
  SLOT,
  slots,
} from './key-table';

/** Rows between two passes. */
const GROUP: i32 = 512;

/** Where the search for each row of the group begins. */
const homes = memory.data(4 * 512, 64);
let keys: f64 = 0;
let hasZeroKey: bool = false;
/** Keeps the touching loads alive. */
let touched: u32 = 0;

/** An empty table with room for so many keys; it grows when there are more. */
export function decideSetup(expectedKeys: f64): void {
  decideRelease();
  openKeyTable(expectedKeys);
}

/** Keys seen so far. */
export function decideKeys(): f64 {
  return keys;
}

/** Whether the table takes so many more keys and leaves `reserve` bytes of the budget for others. */
export function decideFits(rows: u32, reserve: f64): bool {
  return keysFit(rows, reserve);
}

/** Whether a fingerprint of 128 zeros was seen: it has no slot of its own. */
export function hasZeroFingerprint(): bool {
  return hasZeroKey;
}

/** Bytes held by the table. */
export function decideBytes(): f64 {
  return keyTableBytes();
}

export function decideRelease(): void {
  closeKeyTable();
  keys = 0;
  hasZeroKey = false;
}

/** `keep[i]` u8 is 1 when fingerprint i (16 bytes: h1, h2) is the first of its key, else 0. Returns the number of ones. */
export function decide(fingerprints: usize, rows: i32, keep: usize): i32 {
  let kept = 0;
  for (let from = 0; from < rows; from += GROUP) {
    const left = rows - from;
    kept += decideGroup(fingerprints + 16 * <usize>from, left < GROUP ? left : GROUP, keep + <usize>from);
  }
  keys += <f64>kept;
  return kept;
}

function decideGroup(fingerprints: usize, rows: i32, keep: usize): i32 {
  findHomes(fingerprints, 0, rows);
  touchHomes(rows);
  let done: usize = 0;
  let kept: u32 = 0;
  while (done < <usize>rows) {
    // Until the table must grow.
    const room = keyRoom();
    const last = lastSlot;
    let news: u32 = 0;
    let i = done;
    for (; i < <usize>rows; i++) {
      const h1 = load<u64>(fingerprints + 16 * i);
      const h2 = load<u64>(fingerprints + 16 * i, 8);
      let slot = <usize>load<u32>(homes + 4 * i);
      let isNew: u32 = 0;
      while (true) {
        const other = load<u64>(slot, 8);
        if (other == 0) {
          if (load<u64>(slot) == 0) {
            store<u64>(slot, h1);
            store<u64>(slot, h2, 8);
            isNew = 1;
            // An empty slot equals the all-zero fingerprint.
            if ((h1 | h2) == 0) isNew = addZeroKey();
            break;
          }
        }
        if (other == h2) if (load<u64>(slot) == h1) break;
        slot += SLOT;
      }
      store<u8>(keep + i, <u8>isNew);
      news += isNew;
      if (news == room) break;
      if (slot == last) break;
    }
    countKeys(news);
    kept += news;
    done = i + 1;
    if (i < <usize>rows) {
      growKeyTable();
      findHomes(fingerprints, done, rows);
    }
  }
  return kept;
}

/** Where the search for each fingerprint begins; again, once the table has grown. */
function findHomes(fingerprints: usize, from: usize, rows: i32): void {
  const at = slots;
  const places = capacity;
  for (let i = from; i < <usize>rows; i++) {
    store<u32>(homes + 4 * i, <u32>homeOf(at, places, load<u64>(fingerprints + 16 * i)));
  }
}

/** In a loop of its own: the fewer instructions between two loads, the more misses overlap. */
function touchHomes(rows: i32): void {
  let sum: u32 = 0;
  for (let i: usize = 0; i < <usize>rows; i++) sum += load<u32>(<usize>load<u32>(homes + 4 * i));
  touched = sum;
}

function addZeroKey(): u32 {
  if (hasZeroKey) return 0;
  hasZeroKey = true;
  return 1;
}
