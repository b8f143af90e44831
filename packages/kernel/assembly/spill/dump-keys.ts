// Hands over keys of the table of keys, by partition: those of records, or those that were known before them. Reads the table
// (decide/key-table.ts) and its marks; writes fingerprints of 16 bytes
// to the frame buffer, grouped by partition, and `partitionStarts`. 8 ns a key.
import { hasZeroFingerprint } from '../decide/decide';
import { SLOT, keySlots, slots } from '../decide/key-table';
import { hasMarks, isMarked, isZeroMarked } from '../decide/known-marks';
import { addressOf, clearFrames, extendFrames } from './frame-buffer';
import { clearCounts, countOf, partitionOf, setCount, setPartitionStart } from './partition';

/** Slots at a time. */
const STEP: u32 = 0x10000;

/** Whether keys are wanted that were known. */
let wantsKnown: bool = false;

/** The keys of the next slots from this one on; returns the slot to go on from, 0 at the end. */
export function dumpKeys(from: u32, partitions: i32, known: bool): u32 {
  wantsKnown = known;
  const all = keySlots();
  const end = from + STEP < all ? from + STEP : all;
  const isFirst = from == 0;
  const zeros = u32(isFirst && hasZeroFingerprint() && isZeroMarked() == known);
  countKeysOf(from, end, partitions, zeros);
  clearFrames();
  let keys: u32 = 0;
  for (let p = 0; p < partitions; p++) {
    setPartitionStart(p, SLOT * <usize>keys);
    const size = countOf(p);
    setCount(p, keys);
    keys += size;
  }
  setPartitionStart(partitions, SLOT * <usize>keys);
  const out = addressOf(extendFrames(SLOT * <usize>keys));
  if (zeros) put(out, 0, 0, partitions);
  for (let slot = slots + SLOT * <usize>from; slot < slots + SLOT * <usize>end; slot += SLOT) {
    const h1 = load<u64>(slot);
    const h2 = load<u64>(slot, 8);
    if (h1 | h2) if (isWanted(slot)) put(out, h1, h2, partitions);
  }
  return end < all ? end : 0;
}

// @ts-ignore: decorator
@inline
function isWanted(slot: usize): bool {
  return hasMarks() ? isMarked((slot - slots) / SLOT) == wantsKnown : !wantsKnown;
}

function countKeysOf(from: u32, end: u32, partitions: i32, zeros: u32): void {
  clearCounts();
  setCount(0, zeros);
  for (let slot = slots + SLOT * <usize>from; slot < slots + SLOT * <usize>end; slot += SLOT) {
    const h1 = load<u64>(slot);
    if ((h1 | load<u64>(slot, 8)) == 0) continue;
    if (!isWanted(slot)) continue;
    const p = partitionOf(h1, partitions);
    setCount(p, countOf(p) + 1);
  }
}

function put(out: usize, h1: u64, h2: u64, partitions: i32): void {
  const p = partitionOf(h1, partitions);
  const at = out + SLOT * <usize>countOf(p);
  store<u64>(at, h1);
  store<u64>(at, h2, 8);
  setCount(p, countOf(p) + 1);
}
