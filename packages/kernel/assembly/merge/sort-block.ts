// Makes a dictionary block of values in any order, in which a value may stand more than once.
//
// Reads (address u32, length u32) by entry; writes the block, and the rank of each entry. 40-100 ns an entry, see sort-values.ts.
import { release } from '../memory';
import { compareBytes } from './byte-order';
import { blockOffsets, blockValues, closeDictionaryBlock, copyValue, dictionaryBlockBytes } from './dictionary-block';
import { RECORD } from './radix-sort';
import { codeOfRecord, sortValues, sortedRecordsBytes } from './sort-values';

/** The most that {@link writeSortedBlock} writes. One of 4 GiB and more cannot be. */
export function sortedBlockBytes(count: i32, bytes: f64): f64 {
  return dictionaryBlockBytes(count, bytes);
}

/** `ranks`: u32[count], the rank of each entry's value. `out`: a multiple of 8. */
export function writeSortedBlock(entries: usize, count: i32, ranks: usize, out: usize): void {
  // As dictionaries of our own parts are.
  const records = isAscending(entries, count) ? 0 : sortValues(entries, count);
  const offsets = blockOffsets(out);
  // Room for all of them; moved down when it is known how many are distinct.
  const values = blockValues(out, count);
  let rank = 0;
  let place: u32 = 0;
  let last: usize = 0;
  let lastLength: u32 = 0;
  for (let i = 0; i < count; i++) {
    const code = records ? <usize>codeOfRecord(records + RECORD * <usize>i) : <usize>i;
    const value = <usize>load<u32>(entries + 8 * code);
    const length = load<u32>(entries + 8 * code, 4);
    if (rank == 0 || length != lastLength || compareBytes(value, length, last, lastLength, 0) != 0) {
      store<u32>(offsets + 4 * <usize>rank, place);
      copyValue(values + <usize>place, value, length);
      place += length;
      rank++;
      last = value;
      lastLength = length;
    }
    store<u32>(ranks + 4 * code, <u32>rank);
  }
  if (records) release(records, sortedRecordsBytes(count));
  memory.copy(blockValues(out, rank), values, <usize>place);
  closeDictionaryBlock(out, rank, place);
}

/** Whether each entry is greater than the one before it. */
function isAscending(entries: usize, count: i32): bool {
  for (let i = 1; i < count; i++) {
    const entry = entries + 8 * <usize>i;
    const last = entry - 8;
    if (compareBytes(load<u32>(entry), load<u32>(entry, 4), load<u32>(last), load<u32>(last, 4), 0) <= 0) return false;
  }
  return true;
}
