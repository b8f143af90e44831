// The layout of this worker's group keys (KeyLayout in group-row.ts): the bucket and one code for each dimension, in as few
// words as the dictionaries need now, each field as wide as its word has room for. Made anew whenever a dictionary outgrows its
// field.
import { allocate, release } from '../memory';
import { dimensionCount } from '../batch';
import { dictionaryCount } from '../dictionary/dictionary';
import { fieldBits, fieldWord, keyLayoutBytes, keyWordsOf, placeKeyFields } from '../group-row';

const MAX_BITS: u32 = 32;
/** Bits that a field gets above what it needs: so many where that takes no further word, and at least the least. */
const MOST_SPARE: u32 = 3;
const LEAST_SPARE: u32 = 1;

let fields: i32 = 0;
export let bucketBits: u32 = 1;
/** Of the current layout, and of the one that is being made. */
let layout: usize = 0;
let nextLayout: usize = 0;
let bits: usize = 0;

/** The KeyLayout of the rows. Its address and content change when rows are added. */
export function groupKeyLayout(): usize {
  return layout;
}

/** A layout for the dictionaries as they are now. Buckets are numbered from 0 on. */
export function openKeyLayout(buckets: f64): void {
  fields = 1 + dimensionCount;
  bucketBits = bitsOf(buckets > 1 ? <u32>(buckets - 1) : 1);
  layout = allocate(keyLayoutBytes(fields));
  nextLayout = allocate(keyLayoutBytes(fields));
  bits = allocate(4 * <usize>fields);
  planLayout();
  adoptLayout();
}

export function closeKeyLayout(): void {
  if (layout == 0) return;
  release(layout, keyLayoutBytes(fields));
  release(nextLayout, keyLayoutBytes(fields));
  release(bits, 4 * <usize>fields);
  layout = 0;
}

/** Whether every code of the dictionaries fits into the layout. */
export function layoutFits(): bool {
  for (let f = 1; f < fields; f++) {
    if (bitsOf(dictionaryCount(f - 1)) > fieldBits(layout, f)) return false;
  }
  return true;
}

/** A layout for the dictionaries as they are now; {@link adoptLayout} makes it the current one. */
export function planLayout(): usize {
  const words = place(LEAST_SPARE);
  let spare = MOST_SPARE;
  while (place(spare) > words) spare--;
  widen();
  placeKeyFields(nextLayout, bits, fields);
  return nextLayout;
}

export function adoptLayout(): void {
  const before = layout;
  layout = nextLayout;
  nextLayout = before;
}

function place(spare: u32): i32 {
  store<u32>(bits, bucketBits);
  for (let f = 1; f < fields; f++) {
    const wanted = bitsOf(dictionaryCount(f - 1)) + spare;
    store<u32>(bits + 4 * <usize>f, wanted < MAX_BITS ? wanted : MAX_BITS);
  }
  placeKeyFields(nextLayout, bits, fields);
  return keyWordsOf(nextLayout);
}

/** Gives the bits that are left in each word to its dimensions, in turns. */
function widen(): void {
  let first = 0;
  while (first < fields) {
    const word = fieldWord(nextLayout, first);
    let left: i32 = 64;
    let end = first;
    for (; end < fields; end++) {
      if (fieldWord(nextLayout, end) != word) break;
      left -= load<i32>(bits + 4 * <usize>end);
    }
    widenWord(first == 0 ? 1 : first, end, left);
    first = end;
  }
}

function widenWord(first: i32, end: i32, left: i32): void {
  let given = true;
  while (given && left > 0) {
    given = false;
    for (let f = first; f < end; f++) {
      const at = bits + 4 * <usize>f;
      if (left == 0 || load<u32>(at) >= MAX_BITS) continue;
      store<u32>(at, load<u32>(at) + 1);
      left--;
      given = true;
    }
  }
}

/** The bits of a number, at least 1. */
// @ts-ignore: decorator
@inline
export function bitsOf(value: u32): u32 {
  return value ? 32 - clz<u32>(value) : 1;
}
