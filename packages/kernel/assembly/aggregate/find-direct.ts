// The group rows of selected rows of a batch by the array of direct-slots.ts. Reads the bucket and the codes; writes `groupOf`,
// the address of each one's row, which is appended when it is new.
//
// Passes, so that cache misses overlap: the slots, two fields at a time | what is in them | touch the rows | append.
//
// 5 ns a row with three dimensions, be it 5,000 groups or 143,000; packing, hashing and probing keys takes 14-20.
import { bucketAt, codeAt, dimensionCount } from '../batch';
import { fieldShift, fieldWord, keyWordsOf } from '../group-row';
import { directPlace, directSlots } from './direct-slots';
import { groupOf, touchRows } from './find-groups';
import { appendRow, groupCount, groupRowBytes, groupRows } from './group-rows';
import { groupKeyLayout } from './key-layout';

const slots = memory.data(4 * 512, 64);

/** Of up to GROUP rows, `selection` u32 each; there is room for as many new rows. */
export function findDirect(batch: usize, selection: usize, rows: i32): void {
  const count = <usize>rows;
  if (dimensionCount == 0) setSlots(selection, count, bucketAt(batch));
  else setTwo(selection, count, bucketAt(batch), codeAt(batch, 0), directPlace(1));
  let d = 1;
  for (; d + 1 < dimensionCount; d += 2) {
    addTwo(selection, count, codeAt(batch, d), codeAt(batch, d + 1), directPlace(d + 1), directPlace(d + 2));
  }
  if (d < dimensionCount) addOne(selection, count, codeAt(batch, d), directPlace(d + 1));
  findRows(count);
  touchRows(count);
  appendNew(batch, selection, count);
}

function setSlots(selection: usize, count: usize, column: usize): void {
  for (let q: usize = 0; q < count; q++) {
    store<u32>(slots + 4 * q, load<u32>(column + 4 * <usize>load<u32>(selection + 4 * q)));
  }
}

function setTwo(selection: usize, count: usize, one: usize, two: usize, place: u32): void {
  for (let q: usize = 0; q < count; q++) {
    const row = 4 * <usize>load<u32>(selection + 4 * q);
    store<u32>(slots + 4 * q, load<u32>(one + row) | (load<u32>(two + row) << place));
  }
}

function addTwo(selection: usize, count: usize, one: usize, two: usize, place: u32, placeOfTwo: u32): void {
  for (let q: usize = 0; q < count; q++) {
    const row = 4 * <usize>load<u32>(selection + 4 * q);
    const both = (load<u32>(one + row) << place) | (load<u32>(two + row) << placeOfTwo);
    store<u32>(slots + 4 * q, load<u32>(slots + 4 * q) | both);
  }
}

function addOne(selection: usize, count: usize, one: usize, place: u32): void {
  for (let q: usize = 0; q < count; q++) {
    const row = 4 * <usize>load<u32>(selection + 4 * q);
    store<u32>(slots + 4 * q, load<u32>(slots + 4 * q) | (load<u32>(one + row) << place));
  }
}

/** Where there is no group it is the row before the first. */
function findRows(count: usize): void {
  const at = directSlots;
  const size = groupRowBytes();
  const before = groupRows() - size;
  for (let q: usize = 0; q < count; q++) {
    const number = <usize>load<u32>(at + 4 * <usize>load<u32>(slots + 4 * q));
    store<u32>(groupOf + 4 * q, <u32>(before + size * number));
  }
}

function appendNew(batch: usize, selection: usize, count: usize): void {
  const rows = groupRows();
  for (let q: usize = 0; q < count; q++) {
    if (<usize>load<u32>(groupOf + 4 * q) >= rows) continue;
    const slot = directSlots + 4 * <usize>load<u32>(slots + 4 * q);
    const number = load<u32>(slot);
    // Another row of this pass may have made the group.
    const row = number ? rows + groupRowBytes() * <usize>(number - 1) : append(slot, batch, load<u32>(selection + 4 * q));
    store<u32>(groupOf + 4 * q, <u32>row);
  }
}

function append(slot: usize, batch: usize, row: u32): usize {
  const layout = groupKeyLayout();
  const group = appendRow(keyWordsOf(layout));
  for (let f = 0; f <= dimensionCount; f++) {
    const column = f == 0 ? bucketAt(batch) : codeAt(batch, f - 1);
    const at = group + 8 * <usize>fieldWord(layout, f);
    store<u64>(at, load<u64>(at) | (<u64>load<u32>(column + 4 * <usize>row) << <u64>fieldShift(layout, f)));
  }
  store<u32>(slot, groupCount());
  return group;
}
