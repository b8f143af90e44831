// Sorts a dimension's dictionary, once no more values come, and writes it as a dictionary block.
//
// Reads the dictionary's entries; writes the order of its codes, and blocks. See sort-values.ts for the cost of sorting; writing
// takes 8-55 ns a value (thousands to a million of them), nearly all cache misses.
import { dictionaryCount, dictionaryEntries } from '../dictionary/exports';
import { allocate, release } from '../memory';
import { blockOffsets, blockValues, closeDictionaryBlock, copyValue, dictionaryBlockBytes } from './dictionary-block';
import { orderOf, ownBytesOf, ownCountOf, setOwnDictionary } from './merge-state';
import { RECORD } from './radix-sort';
import { codeOfRecord, sortValues, sortedRecordsBytes } from './sort-values';
import { forgetUnited } from './unite-dictionaries';

/** Values are touched and copied by so many. */
const STRIDE: i32 = 256;

let touched: u32 = 0;

/** Once all values have been added; anew when more have come, which forgets the united dictionary. */
export function sealDictionary(dimension: i32): void {
  const count = <i32>dictionaryCount(dimension);
  const entries = dictionaryEntries(dimension);
  forgetSealed(dimension);
  const records = sortValues(entries, count);
  const order = allocate(4 * <usize>count);
  let bytes: f64 = 0;
  for (let i = 0; i < count; i++) {
    store<u32>(order + 4 * <usize>i, codeOfRecord(records + RECORD * <usize>i));
    bytes += <f64>load<u32>(entries + 8 * <usize>i, 4);
  }
  release(records, sortedRecordsBytes(count));
  setOwnDictionary(dimension, order, count, bytes);
}

/** Gives back what is known of the sealed dictionary and of the united one: its values are to be forgotten. */
export function forgetSealed(dimension: i32): void {
  forgetUnited(dimension);
  const order = orderOf(dimension);
  if (order) release(order, 4 * <usize>ownCountOf(dimension));
  setOwnDictionary(dimension, 0, 0, 0);
}

/** The size of this worker's dictionary block, after `sealDictionary`. Beyond 4 GiB it cannot be written. */
export function sortedDictionaryBytes(dimension: i32): f64 {
  return dictionaryBlockBytes(ownCountOf(dimension), ownBytesOf(dimension));
}

/** Writes this worker's dictionary block: `sortedDictionaryBytes(dimension)` from `out`, which is a multiple of 8. */
export function writeSortedDictionary(dimension: i32, out: usize): void {
  const entries = dictionaryEntries(dimension);
  const count = ownCountOf(dimension);
  const offsets = blockOffsets(out);
  const values = blockValues(out, count);
  const order = orderOf(dimension);
  let place: u32 = 0;
  for (let start = 0; start < count; start += STRIDE) {
    const end = min(start + STRIDE, count);
    touchValues(entries, order, start, end);
    for (let i = start; i < end; i++) {
      const entry = entries + 8 * <usize>load<u32>(order + 4 * <usize>i);
      const length = load<u32>(entry, 4);
      store<u32>(offsets + 4 * <usize>i, place);
      copyValue(values + place, <usize>load<u32>(entry), length);
      place += length;
    }
  }
  closeDictionaryBlock(out, count, place);
}

/** Two passes of loads that do not wait for one another, so that the cache misses overlap. */
function touchValues(entries: usize, order: usize, start: i32, end: i32): void {
  let sum: u32 = 0;
  for (let i = start; i < end; i++) sum += load<u32>(entries + 8 * <usize>load<u32>(order + 4 * <usize>i));
  for (let i = start; i < end; i++) sum += load<u8>(<usize>load<u32>(entries + 8 * <usize>load<u32>(order + 4 * <usize>i)));
  touched += sum;
}
