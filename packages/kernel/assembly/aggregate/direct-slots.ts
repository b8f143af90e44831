// Where a group's row is found when the buckets and codes leave few combinations: an array over all of them. It takes no hash
// and no comparison, so that it is preferred unless it would be mostly empty; making it costs some 10 ns a group and 1 ms for
// 10 MiB.
//
// A slot is u32: 1 + the row's index, 0 where there is no such group. The slot of a key has its fields side by side, the bucket
// lowest, each as wide as its dictionary needs now; made anew when one outgrows its field.
import { dimensionCount } from '../batch';
import { dictionaryCount } from '../dictionary/dictionary';
import { fieldBits, fieldShift, fieldWord } from '../group-row';
import { allocateZeroed, release } from '../memory';
import { groupCount, groupRowBytes, groupRows } from './group-rows';
import { bitsOf, bucketBits, groupKeyLayout } from './key-layout';

/** So many slots a group are worth it, and so many more before they are given up. */
const SLOTS_A_GROUP: u64 = 16;
const MOST_SLOTS_A_GROUP: u64 = 64;
const MOST_BITS: u32 = 26;

/** 0 while the array is not in use. */
export let directSlots: usize = 0;
let bits: u32 = 0;
/** Bits and place of each field; there are no more fields than bits. */
const widths = memory.data(4 * 32, 16);
const places = memory.data(4 * 32, 16);

export function directBytes(): f64 {
  return directSlots ? <f64>arrayBytes() : 0;
}

function arrayBytes(): usize {
  return <usize>4 << bits;
}

// @ts-ignore: decorator
@inline
export function directPlace(field: i32): u32 {
  return load<u32>(places + 4 * <usize>field);
}

/** Whether every code of the dictionaries has its place. */
export function directFits(): bool {
  for (let d = 0; d < dimensionCount; d++) {
    if (bitsOf(dictionaryCount(d)) > load<u32>(widths + 4 * <usize>(d + 1))) return false;
  }
  return true;
}

/** Takes the array into use, for all groups that there are, unless it would be mostly empty. Whether it is in use. */
export function openDirect(): bool {
  const groups = SLOTS_A_GROUP * <u64>groupCount();
  const isKept = directSlots != 0;
  closeDirect();
  const wanted = planFields();
  if (wanted > MOST_BITS) return false;
  if (<u64>1 << <u64>wanted > (isKept ? (groups * MOST_SLOTS_A_GROUP) / SLOTS_A_GROUP : groups)) return false;
  bits = wanted;
  directSlots = allocateZeroed(arrayBytes());
  fill();
  return true;
}

export function closeDirect(): void {
  if (directSlots == 0) return;
  release(directSlots, arrayBytes());
  directSlots = 0;
}

/** Returns the bits of all fields, or more than MOST_BITS. */
function planFields(): u32 {
  let place: u32 = 0;
  for (let f = 0; f <= dimensionCount; f++) {
    if (place > MOST_BITS) return place;
    const width = f == 0 ? bucketBits : bitsOf(dictionaryCount(f - 1));
    store<u32>(places + 4 * <usize>f, place);
    store<u32>(widths + 4 * <usize>f, width);
    place += width;
  }
  return place;
}

function fill(): void {
  const layout = groupKeyLayout();
  const size = groupRowBytes();
  const count = groupCount();
  let row = groupRows();
  for (let g: u32 = 1; g <= count; g++) {
    let slot: u64 = 0;
    for (let f = 0; f <= dimensionCount; f++) {
      const word = load<u64>(row + 8 * <usize>fieldWord(layout, f));
      const value = (word >> <u64>fieldShift(layout, f)) & ((<u64>1 << <u64>fieldBits(layout, f)) - 1);
      slot |= value << <u64>directPlace(f);
    }
    store<u32>(directSlots + 4 * <usize>slot, g);
    row += size;
  }
}
