// Packs the keys of selected rows of a batch and hashes them. Reads the bucket and the codes, a pass a field; writes `keys`,
// word by word: word w of key q at 8 * (GROUP * w + q), and `hashes`.
//
// About 1 ns a row and field, and 1 ns for the hash.
import { bucketAt, codeAt } from '../batch';
import { fieldShift, fieldWord, keyWordsOf } from '../group-row';
import { allocate, release } from '../memory';
import { finishHash, KEY_SEED, mixWord } from './key-hash';

/** Rows between two passes. */
export const GROUP: i32 = 512;
export const KEY_WORD: usize = 4096;

export const hashes = memory.data(8 * 512, 64);
export let keys: usize = 0;
let words: i32 = 0;

/** Room for keys of so many words. */
export function openKeys(keyWords: i32): void {
  closeKeys();
  words = keyWords;
  keys = allocate(KEY_WORD * <usize>keyWords);
}

export function closeKeys(): void {
  if (words) release(keys, KEY_WORD * <usize>words);
  words = 0;
}

/** Packs up to GROUP rows. `selection`: u32 each. */
export function packKeys(batch: usize, selection: usize, rows: i32, layout: usize, fields: i32): void {
  let begun: i32 = -1;
  for (let f = 0; f < fields; f++) {
    const word = fieldWord(layout, f);
    const to = keys + KEY_WORD * <usize>word;
    const column = f == 0 ? bucketAt(batch) : codeAt(batch, f - 1);
    const shift = <u64>fieldShift(layout, f);
    if (<i32>word > begun) setField(selection, <usize>rows, column, shift, to);
    else addField(selection, <usize>rows, column, shift, to);
    begun = <i32>word;
  }
  hashKeys(<usize>rows, keyWordsOf(layout));
}

function setField(selection: usize, rows: usize, column: usize, shift: u64, to: usize): void {
  for (let q: usize = 0; q < rows; q++) {
    store<u64>(to + 8 * q, <u64>load<u32>(column + 4 * <usize>load<u32>(selection + 4 * q)) << shift);
  }
}

function addField(selection: usize, rows: usize, column: usize, shift: u64, to: usize): void {
  for (let q: usize = 0; q < rows; q++) {
    const value = <u64>load<u32>(column + 4 * <usize>load<u32>(selection + 4 * q)) << shift;
    store<u64>(to + 8 * q, load<u64>(to + 8 * q) | value);
  }
}

function hashKeys(rows: usize, keyWords: i32): void {
  const from = keys;
  for (let q: usize = 0; q < rows; q++) {
    let h = mixWord(KEY_SEED, load<u64>(from + 8 * q));
    for (let w: usize = 1; w < <usize>keyWords; w++) h = mixWord(h, load<u64>(from + KEY_WORD * w + 8 * q));
    store<u64>(hashes + 8 * q, finishHash(h));
  }
}
