// Keys that count as seen before the first record. Reads fingerprints; writes the table of keys (key-table.ts), and a mark for each
// of them (known-marks.ts), so that it can be told from the keys of records. They come from outside in pieces, all owners' together.
//
// 60 ns a key, the growth of a table that has no estimate among them; 2-6 ns for one of another owner.
import { decide } from './decide';
import { capacity, homeOf, keySlots, SLOT, slots } from './key-table';
import { countMarks, hasMarks, markZero, openMarks, setMark } from './known-marks';

const GROUP: i32 = 512;
const keep = memory.data(512, 64);

/** Moves the fingerprints (16 bytes each) of one of so many owners to the front; returns how many they are. */
export function takeOwned(fingerprints: usize, count: i32, owners: i32, owner: i32): i32 {
  const range = <u64>owners;
  let to = fingerprints;
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = fingerprints + 16 * i;
    v128.store(to, v128.load(at));
    to += 16 * <usize>(<i32>((<u64>load<u32>(at, 12) * range) >> 32) == owner);
  }
  return <i32>((to - fingerprints) >>> 4);
}

/** Puts keys into the table, before those of records. */
export function addKnownKeys(fingerprints: usize, count: i32): void {
  if (!hasMarks()) openMarks(keySlots());
  for (let from = 0; from < count; from += GROUP) {
    const some = min(GROUP, count - from);
    const at = fingerprints + 16 * <usize>from;
    const news = decide(at, some, keep);
    countMarks(news);
    if (news) markNews(at, some);
  }
}

/** What was put into the table just now lies in the caches. */
function markNews(fingerprints: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    if (!load<u8>(keep + i)) continue;
    const h1 = load<u64>(fingerprints + 16 * i);
    const h2 = load<u64>(fingerprints + 16 * i, 8);
    if ((h1 | h2) == 0) markZero();
    else setMark(slotOf(h1, h2));
  }
}

/** Of a key that is in the table. */
function slotOf(h1: u64, h2: u64): usize {
  let slot = homeOf(slots, capacity, h1);
  while (load<u64>(slot) != h1 || load<u64>(slot, 8) != h2) slot += SLOT;
  return (slot - slots) >>> 4;
}
