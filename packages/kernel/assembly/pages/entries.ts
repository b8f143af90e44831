// Entries of a dictionary as Parquet's PLAIN values: strings with their length before them (u32), numbers as 8 bytes
// little-endian. Either the marked entries, for a dictionary page, or those of rows, for a page without a dictionary.
// Rank r > 0 means entry r - 1. Writes up to 7 bytes behind its end. 5 ns an entry that lies in the caches.
import { blockCount, blockOffsets, blockValues, copyValue } from '../merge/dictionary-block';
import { MARK } from './marks';
import { doubleOf, longOf } from './ordered-number';

/** Longer strings are copied by `memory.copy`. */
const SHORT: u32 = 64;

/** Bytes of all marked entries together, without lengths. Marks are of ranks. */
export function markedBytes(dictionary: usize, marks: usize, count: i32): f64 {
  const offsets = blockOffsets(dictionary);
  let bytes: u64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    let bits = load<u64>(marks + MARK * i);
    while (bits) {
      const offset = offsets + 4 * ((i << 6) + <usize>ctz(bits) - 1);
      bytes += <u64>(load<u32>(offset, 4) - load<u32>(offset));
      bits &= bits - 1;
    }
  }
  return <f64>bytes;
}

/** Bytes of the rows' entries together, without lengths. */
export function rowBytesOf(dictionary: usize, ranks: usize, count: i32): f64 {
  const offsets = blockOffsets(dictionary);
  let bytes: u64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const rank = <usize>load<u32>(ranks + 4 * i);
    if (!rank) continue;
    const offset = offsets + 4 * (rank - 1);
    bytes += <u64>(load<u32>(offset, 4) - load<u32>(offset));
  }
  return <f64>bytes;
}

/** How many rows, at least one, have strings of at most `limit` bytes together, lengths included. */
export function rowsWithin(dictionary: usize, ranks: usize, count: i32, limit: f64): i32 {
  const offsets = blockOffsets(dictionary);
  let bytes: f64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const rank = <usize>load<u32>(ranks + 4 * i);
    if (!rank) continue;
    const offset = offsets + 4 * (rank - 1);
    bytes += 4 + <f64>(load<u32>(offset, 4) - load<u32>(offset));
    if (bytes > limit) return max<i32>(1, <i32>i);
  }
  return count;
}

/** Behind the last byte written. */
export function writeMarkedStrings(dictionary: usize, marks: usize, count: i32, out: usize): usize {
  const offsets = blockOffsets(dictionary);
  const values = blockValues(dictionary, blockCount(dictionary));
  for (let i: usize = 0; i < <usize>count; i++) {
    let bits = load<u64>(marks + MARK * i);
    while (bits) {
      out = writeString(offsets, values, (i << 6) + <usize>ctz(bits) - 1, out);
      bits &= bits - 1;
    }
  }
  return out;
}

/** Behind the last byte written. Rows of rank 0 write nothing. */
export function writeRowStrings(dictionary: usize, ranks: usize, count: i32, out: usize): usize {
  const offsets = blockOffsets(dictionary);
  const values = blockValues(dictionary, blockCount(dictionary));
  for (let i: usize = 0; i < <usize>count; i++) {
    const rank = <usize>load<u32>(ranks + 4 * i);
    if (rank) out = writeString(offsets, values, rank - 1, out);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function writeString(offsets: usize, values: usize, entry: usize, out: usize): usize {
  const from = load<u32>(offsets + 4 * entry);
  const length = load<u32>(offsets + 4 * entry, 4) - from;
  store<u32>(out, length);
  if (length <= SHORT) copyValue(out + 4, values + <usize>from, length);
  else memory.copy(out + 4, values + <usize>from, <usize>length);
  return out + 4 + <usize>length;
}

/** Behind the last byte written. */
export function writeMarkedNumbers(dictionary: usize, marks: usize, count: i32, doubles: bool, out: usize): usize {
  const offsets = blockOffsets(dictionary);
  const values = blockValues(dictionary, blockCount(dictionary));
  for (let i: usize = 0; i < <usize>count; i++) {
    let bits = load<u64>(marks + MARK * i);
    while (bits) {
      store<u64>(out, numberAt(offsets, values, (i << 6) + <usize>ctz(bits) - 1, doubles));
      out += 8;
      bits &= bits - 1;
    }
  }
  return out;
}

/** Behind the last byte written. Rows of rank 0 write nothing. */
export function writeRowNumbers(dictionary: usize, ranks: usize, count: i32, doubles: bool, out: usize): usize {
  const offsets = blockOffsets(dictionary);
  const values = blockValues(dictionary, blockCount(dictionary));
  for (let i: usize = 0; i < <usize>count; i++) {
    const rank = <usize>load<u32>(ranks + 4 * i);
    if (!rank) continue;
    store<u64>(out, numberAt(offsets, values, rank - 1, doubles));
    out += 8;
  }
  return out;
}

// @ts-ignore: decorator
@inline
function numberAt(offsets: usize, values: usize, entry: usize, doubles: bool): u64 {
  const at = values + <usize>load<u32>(offsets + 4 * entry);
  return doubles ? doubleOf(at) : longOf(at);
}
