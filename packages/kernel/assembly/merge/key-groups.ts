// Sorts the entries of this worker's groups by their global keys: the same fields as in the groups' own keys, with ranks of the
// united dictionaries instead of codes, in as few bits as these need.
//
// Reads the group table and the ranks; writes one record a group, in the order of the keys: key u64[words] | group u32 |
// unused u32. The rows themselves stay where they are. 15-20 ns a group for keys of one word.
import { groupCount, groupKeyLayout, groupRows } from '../aggregate/exports';
import { dimensionCount } from '../batch';
import {
  fieldBits,
  fieldShift,
  fieldWord,
  keyLayoutBytes,
  keyWordsOf,
  placeKeyFields,
  rowBytes,
} from '../group-row';
import { allocate, release } from '../memory';
import { rankCountOf, ranksOf } from './merge-state';
import { RECORD, radixSort } from './radix-sort';

/** Rows are read by so many, field by field: they stay in the L1 cache. */
const STRIDE: i32 = 256;

let layout: usize = 0;
let layoutFields: i32 = 0;
/** The sorted records, and their size. */
let keyed: usize = 0;
let keyedBytes: usize = 0;
let keyedCount: i32 = 0;

/** The KeyLayout of the global keys, after `keyGroups`: the same in all workers. */
export function globalKeyLayout(): usize {
  return layout;
}

export function keyedGroups(): usize {
  return keyed;
}

/** The size of one record. */
// @ts-ignore: decorator
@inline
export function keyedStride(words: i32): usize {
  return 8 * <usize>words + 8;
}

/** Which group has this place in the order of keys. */
// @ts-ignore: decorator
@inline
export function groupOfKeyed(index: i32): u32 {
  const words = keyWordsOf(layout);
  return load<u32>(keyed + keyedStride(words) * <usize>index + 8 * <usize>words);
}

/** Sorts the groups, after `uniteDictionaries` for every dimension. To be called anew when groups have been added. */
export function keyGroups(): void {
  releaseKeyedGroups();
  placeGlobalFields();
  const count = <i32>groupCount();
  const words = keyWordsOf(layout);
  keyedCount = count;
  keyedBytes = keyedStride(words) * <usize>count;
  keyed = allocate(keyedBytes);
  for (let first = 0; first < count; first += STRIDE) keyRows(first, min(first + STRIDE, count), words);
  if (words == 1) sortOneWord();
  else sortWords(words);
}

/** Gives the records back, once all runs have been written. */
export function releaseKeyedGroups(): void {
  if (keyed) release(keyed, keyedBytes);
  keyed = 0;
  keyedCount = 0;
}

function placeGlobalFields(): void {
  const fields = 1 + dimensionCount;
  if (!layout) {
    layout = allocate(keyLayoutBytes(fields));
    layoutFields = fields;
  }
  const bits = allocate(4 * <usize>fields);
  store<u32>(bits, fieldBits(groupKeyLayout(), 0));
  for (let d = 0; d < dimensionCount; d++) {
    const ranks = rankCountOf(d);
    store<u32>(bits + 4 * <usize>(1 + d), ranks ? 32 - clz<u32>(ranks) : 1);
  }
  placeKeyFields(layout, bits, fields);
  release(bits, 4 * <usize>fields);
}

/** Writes the records of the groups in [first, end), in their order. */
function keyRows(first: i32, end: i32, words: i32): void {
  const own = groupKeyLayout();
  const size = rowBytes(keyWordsOf(own));
  const rows = groupRows() + size * <usize>first;
  const behind = groupRows() + size * <usize>end;
  const stride = keyedStride(words);
  const records = keyed + stride * <usize>first;
  let record = records;
  for (let group = first; group < end; group++) {
    for (let w = 0; w < words; w++) store<u64>(record + 8 * <usize>w, 0);
    store<u32>(record + stride - 8, <u32>group);
    record += stride;
  }
  for (let f = 0; f < layoutFields; f++) {
    const from: usize = 8 * <usize>fieldWord(own, f);
    const fromShift = <u64>fieldShift(own, f);
    const mask = ((<u64>1) << <u64>fieldBits(own, f)) - 1;
    const toShift = <u64>fieldShift(layout, f);
    record = records + 8 * <usize>fieldWord(layout, f);
    if (f == 0) {
      for (let row = rows; row < behind; row += size) {
        const bucket = (load<u64>(row + from) >> fromShift) & mask;
        store<u64>(record, load<u64>(record) | (bucket << toShift));
        record += stride;
      }
      continue;
    }
    const ranks = ranksOf(f - 1);
    for (let row = rows; row < behind; row += size) {
      const rank = <u64>load<u32>(ranks + 4 * <usize>((load<u64>(row + from) >> fromShift) & mask));
      store<u64>(record, load<u64>(record) | (rank << toShift));
      record += stride;
    }
  }
}

function sortOneWord(): void {
  const scratch = allocate(keyedBytes);
  const sorted = radixSort(keyed, scratch, keyedCount, varyingBits(keyed, keyedCount));
  release(sorted == keyed ? scratch : keyed, keyedBytes);
  keyed = sorted;
}

/** Stable sorts from the last word to the first, of records (word u64 | place u32) that are then followed once. */
function sortWords(words: i32): void {
  const count = keyedCount;
  const stride = keyedStride(words);
  const bytes = RECORD * <usize>count;
  let places = allocate(bytes);
  let scratch = allocate(bytes);
  for (let i = 0; i < count; i++) store<u32>(places + RECORD * <usize>i, <u32>i, 8);
  const end = RECORD * <usize>count;
  for (let w = words - 1; w >= 0; w--) {
    const word = keyed + 8 * <usize>w;
    for (let at: usize = 0; at < end; at += RECORD) {
      store<u64>(places + at, load<u64>(word + stride * <usize>load<u32>(places + at, 8)));
    }
    if (radixSort(places, scratch, count, varyingBits(places, count)) == places) continue;
    const t = places;
    places = scratch;
    scratch = t;
  }
  const sorted = allocate(keyedBytes);
  let to = sorted;
  for (let at: usize = 0; at < end; at += RECORD) {
    const from = keyed + stride * <usize>load<u32>(places + at, 8);
    for (let i: usize = 0; i < stride; i += 8) store<u64>(to + i, load<u64>(from + i));
    to += stride;
  }
  release(keyed, keyedBytes);
  release(places, bytes);
  release(scratch, bytes);
  keyed = sorted;
}

function varyingBits(records: usize, count: i32): u64 {
  let ones: u64 = 0;
  let zeros: u64 = 0;
  for (let at = records; at < records + RECORD * <usize>count; at += RECORD) {
    const key = load<u64>(at);
    ones |= key;
    zeros |= ~key;
  }
  return ones & zeros;
}

/** Writes up to n keys, evenly spaced over the sorted groups and in their order, to `out`; returns how many. */
export function sampleKeys(out: usize, n: i32): i32 {
  const words = keyWordsOf(layout);
  const samples = min(n, keyedCount);
  let to = out;
  for (let i = 0; i < samples; i++) {
    const index = <i32>((<i64>2 * i + 1) * keyedCount / (<i64>2 * samples));
    const from = keyed + keyedStride(words) * <usize>index;
    for (let w = 0; w < words; w++) store<u64>(to + 8 * <usize>w, load<u64>(from + 8 * <usize>w));
    to += 8 * <usize>words;
  }
  return samples;
}

/** The number of sorted groups whose keys are below the key at this address. */
export function lowerBound(key: usize): i32 {
  const words = keyWordsOf(layout);
  let low = 0;
  let high = keyedCount;
  while (low < high) {
    const middle = low + ((high - low) >> 1);
    if (isBelow(keyed + keyedStride(words) * <usize>middle, key, words)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBelow(a: usize, b: usize, words: i32): bool {
  for (let w = 0; w < words; w++) {
    const x = load<u64>(a + 8 * <usize>w);
    const y = load<u64>(b + 8 * <usize>w);
    if (x != y) return x < y;
  }
  return false;
}
