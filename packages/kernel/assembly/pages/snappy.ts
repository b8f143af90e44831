// Snappy, raw format (github.com/google/snappy, format_description.txt): greedy matches within fragments of 64 KiB, found by a
// hash of four bytes; steps grow where nothing matches.
//
// Reads `count` bytes; writes at most snappyBytes(count). `table` is a scratch of SNAPPY_TABLE bytes.
// 1.8 ns a byte of text, 4.5 of doubles that half repeat, 0.2 to 0.6 where all or nothing does.
import { writeVarint } from './hybrid';

const FRAGMENT: usize = 65536;
const HASH_BITS: u32 = 14;
/** Matches are not searched so near to a fragment's end: loads of 8 bytes stay inside. */
const MARGIN: usize = 15;
const NEVER: u32 = 0xffffffff;

const LITERAL: u32 = 0;
const COPY_1: u32 = 1;
const COPY_2: u32 = 2;

export function snappyTableBytes(): usize {
  return 4 << HASH_BITS;
}

/** An upper bound of what {@link compressSnappy} writes. */
export function snappyBytes(count: usize): usize {
  return 32 + count + count / 6;
}

/** Behind the last byte written. */
export function compressSnappy(from: usize, count: usize, out: usize, table: usize): usize {
  out = writeVarint(out, <u32>count);
  const end = from + count;
  while (from < end) {
    const to = min(from + FRAGMENT, end);
    out = compressFragment(from, to, out, table);
    from = to;
  }
  return out;
}

function compressFragment(from: usize, end: usize, out: usize, table: usize): usize {
  let literal = from;
  if (end - from > MARGIN) {
    memory.fill(table, 0xff, 4 << HASH_BITS);
    const last = end - MARGIN;
    let at = from;
    let misses: u32 = 32;
    while (at < last) {
      const word = load<u32>(at);
      const slot = table + 4 * <usize>((word * 0x1e35a7bd) >> (32 - HASH_BITS));
      const seen = load<u32>(slot);
      store<u32>(slot, <u32>(at - from));
      if (seen != NEVER) {
        const match = from + <usize>seen;
        if (load<u32>(match) == word) {
          out = writeLiteral(out, literal, at);
          const to = matchEnd(match + 4, at + 4, end);
          out = writeCopy(out, <u32>(at - match), <u32>(to - at));
          at = to;
          literal = to;
          misses = 32;
          continue;
        }
      }
      at += <usize>(misses >> 5);
      misses++;
    }
  }
  return writeLiteral(out, literal, end);
}

/** How far the bytes at `at` go on like those at `match`. */
function matchEnd(match: usize, at: usize, end: usize): usize {
  while (at + 8 <= end) {
    const difference = load<u64>(match) ^ load<u64>(at);
    if (difference) return at + (<usize>ctz(difference) >> 3);
    match += 8;
    at += 8;
  }
  while (at < end) {
    if (load<u8>(match) != load<u8>(at)) break;
    match++;
    at++;
  }
  return at;
}

function writeCopy(out: usize, distance: u32, length: u32): usize {
  while (length >= 68) {
    out = writeCopy2(out, distance, 64);
    length -= 64;
  }
  if (length > 64) {
    out = writeCopy2(out, distance, 60);
    length -= 60;
  }
  if (length >= 12 || distance >= 2048) return writeCopy2(out, distance, length);
  store<u8>(out, <u8>(COPY_1 | ((length - 4) << 2) | ((distance >> 8) << 5)));
  store<u8>(out, <u8>distance, 1);
  return out + 2;
}

// @ts-ignore: decorator
@inline
function writeCopy2(out: usize, distance: u32, length: u32): usize {
  store<u8>(out, <u8>(COPY_2 | ((length - 1) << 2)));
  store<u16>(out, <u16>distance, 1);
  return out + 3;
}

function writeLiteral(out: usize, from: usize, to: usize): usize {
  const length = to - from;
  if (!length) return out;
  const last = <u32>length - 1;
  if (last < 60) {
    store<u8>(out, <u8>(LITERAL | (last << 2)));
    out += 1;
  } else if (last < 256) {
    store<u8>(out, <u8>(LITERAL | (60 << 2)));
    store<u8>(out, <u8>last, 1);
    out += 2;
  } else {
    store<u8>(out, <u8>(LITERAL | (61 << 2)));
    store<u16>(out, <u16>last, 1);
    out += 3;
  }
  memory.copy(out, from, length);
  return out + length;
}
