// Entries of a multi-value dimension taken apart: the distinct strings among their elements become the page dictionary, in
// order of appearance, and each list becomes a run of element codes.
//
// An entry is, for each element, 0x01 for null, or 0x02 and the UTF-8 bytes with each 0x00 written as 0x00 0xff, and 0x00 0x00.
//
//   starts   u32[lists + 1]     where the elements of a marked list begin, by the list's number among the marked
//   elements u32[starts[last]]  0 null, else 1 + code of the string
//   page     for each string its length u32 and its bytes: the PLAIN values of the dictionary page
//   offsets  u32[strings + 1]   where a string begins in the page (at its length)
//   slots    u32[capacity]      hash table, 0 free, else 1 + code; zero it first; a power of two, at most half full
//
// 30 ns an element of a distinct list, 4 ns a level of a row.
import { compareBytes } from '../merge/byte-order';
import { blockCount, blockOffsets, blockValues } from '../merge/dictionary-block';
import { MARK, numberOf } from './marks';

const NULL_ELEMENT: u8 = 1;
const ESCAPE: u8 = 0xff;

/** How many elements the marked lists have together. */
export function countElements(dictionary: usize, marks: usize, count: i32): i32 {
  const blockStarts = blockOffsets(dictionary);
  const values = blockValues(dictionary, blockCount(dictionary));
  let elements = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    let bits = load<u64>(marks + MARK * i);
    while (bits) {
      const offset = blockStarts + 4 * ((i << 6) + <usize>ctz(bits) - 1);
      const end = values + <usize>load<u32>(offset, 4);
      for (let at = values + <usize>load<u32>(offset); at < end; at = elementEnd(at)) elements++;
      bits &= bits - 1;
    }
  }
  return elements;
}

/** Behind the element that begins here. */
function elementEnd(at: usize): usize {
  if (load<u8>(at) == NULL_ELEMENT) return at + 1;
  at++;
  while (load<u8>(at) != 0 || load<u8>(at, 1) == ESCAPE) at++;
  return at + 2;
}

/**
 * Fills all five arrays. How many distinct strings there are. `page` needs room for the bytes of the marked lists and 4 bytes
 * an element.
 */
export function encodeLists(
  dictionary: usize,
  marks: usize,
  count: i32,
  starts: usize,
  elements: usize,
  page: usize,
  offsets: usize,
  slots: usize,
  capacity: i32,
): i32 {
  const blockStarts = blockOffsets(dictionary);
  const values = blockValues(dictionary, blockCount(dictionary));
  let list: usize = 0;
  let element: usize = 0;
  let strings: u32 = 0;
  store<u32>(offsets, 0);
  for (let i: usize = 0; i < <usize>count; i++) {
    let bits = load<u64>(marks + MARK * i);
    while (bits) {
      const offset = blockStarts + 4 * ((i << 6) + <usize>ctz(bits) - 1);
      const end = values + <usize>load<u32>(offset, 4);
      store<u32>(starts + 4 * list++, <u32>element);
      for (let at = values + <usize>load<u32>(offset); at < end; at = elementEnd(at)) {
        let code: u32 = 0;
        if (load<u8>(at) != NULL_ELEMENT) {
          unescape(at + 1, page + <usize>load<u32>(offsets + 4 * <usize>strings));
          code = codeOfString(page, offsets, strings, slots, <u32>capacity - 1);
          if (code > strings) strings = code;
        }
        store<u32>(elements + 4 * element++, code);
      }
      bits &= bits - 1;
    }
  }
  store<u32>(starts + 4 * list, <u32>element);
  return <i32>strings;
}

/** Writes an element's length and bytes. */
function unescape(at: usize, out: usize): void {
  let to = out + 4;
  for (;;) {
    const byte = load<u8>(at);
    if (byte == 0) {
      if (load<u8>(at, 1) != ESCAPE) break;
      at++;
    }
    store<u8>(to++, byte);
    at++;
  }
  store<u32>(out, <u32>(to - out - 4));
}

/** 1 + the code of the string that stands behind the last one of the page; a new string is taken in. */
function codeOfString(page: usize, offsets: usize, strings: u32, slots: usize, mask: u32): u32 {
  const candidate = page + <usize>load<u32>(offsets + 4 * <usize>strings);
  const length = <usize>load<u32>(candidate) + 4;
  let slot = hashOf(candidate, length) & mask;
  for (;;) {
    const code = load<u32>(slots + 4 * <usize>slot);
    if (!code) break;
    if (equalBytes(page + <usize>load<u32>(offsets + 4 * <usize>(code - 1)), candidate, length)) return code;
    slot = (slot + 1) & mask;
  }
  store<u32>(slots + 4 * <usize>slot, strings + 1);
  store<u32>(offsets + 4 * <usize>(strings + 1), <u32>(candidate + length - page));
  return strings + 1;
}

function hashOf(at: usize, length: usize): u32 {
  let hash: u64 = 0xcbf29ce484222325;
  for (let i: usize = 0; i < length; i++) hash = (hash ^ <u64>load<u8>(at + i)) * 0x100000001b3;
  return <u32>(((hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15) >> 32);
}

/** Of two strings with their lengths before them, of which one has `length` bytes in all. */
function equalBytes(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** The code of the least or the greatest string by bytes; there must be one. */
export function extremeString(page: usize, offsets: usize, strings: i32, greatest: bool): i32 {
  let best = 0;
  for (let code = 1; code < strings; code++) {
    const order = compareStrings(page, offsets, code, best);
    if (greatest ? order > 0 : order < 0) best = code;
  }
  return best;
}

function compareStrings(page: usize, offsets: usize, left: i32, right: i32): i32 {
  const a = page + <usize>load<u32>(offsets + 4 * <usize>left);
  const b = page + <usize>load<u32>(offsets + 4 * <usize>right);
  return compareBytes(a + 4, load<u32>(a), b + 4, load<u32>(b), 0);
}

/** How many levels these rows have: one an element, and one for a list that is null or empty. */
export function listLevels(ranks: usize, count: i32, marks: usize, starts: usize): i32 {
  let levels = 0;
  for (let i: usize = 0; i < <usize>count; i++) levels += levelsOfRow(load<u32>(ranks + 4 * i), marks, starts);
  return levels;
}

/** How many rows, at least one, have at most `limit` levels together. */
export function listRowsWithin(ranks: usize, count: i32, marks: usize, starts: usize, limit: i32): i32 {
  let levels = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    levels += levelsOfRow(load<u32>(ranks + 4 * i), marks, starts);
    if (levels > limit) return max<i32>(1, <i32>i);
  }
  return count;
}

// @ts-ignore: decorator
@inline
function levelsOfRow(rank: u32, marks: usize, starts: usize): i32 {
  if (!rank) return 1;
  const at = starts + 4 * <usize>numberOf(marks, <usize>rank);
  return <i32>max<u32>(1, load<u32>(at, 4) - load<u32>(at));
}

/** Definition levels: a null list, an empty list, a null element, a string. */
const NULL_LIST: u32 = 0;
const EMPTY_LIST: u32 = 1;
const NULL_STRING: u32 = 2;
const A_STRING: u32 = 3;

/**
 * The levels of these rows as u32, and the codes of their strings without gaps. How many codes there are.
 */
export function writeListLevels(
  ranks: usize,
  count: i32,
  marks: usize,
  starts: usize,
  elements: usize,
  repetition: usize,
  definition: usize,
  codes: usize,
): i32 {
  let to = codes;
  for (let i: usize = 0; i < <usize>count; i++) {
    const rank = load<u32>(ranks + 4 * i);
    let from: usize = 0;
    let end: usize = 0;
    if (rank) {
      const at = starts + 4 * <usize>numberOf(marks, <usize>rank);
      from = <usize>load<u32>(at);
      end = <usize>load<u32>(at, 4);
    }
    if (from == end) {
      store<u32>(repetition, 0);
      store<u32>(definition, rank ? EMPTY_LIST : NULL_LIST);
      repetition += 4;
      definition += 4;
    }
    for (let element = from; element < end; element++) {
      const code = load<u32>(elements + 4 * element);
      store<u32>(repetition, <u32>(element > from));
      store<u32>(definition, code ? A_STRING : NULL_STRING);
      repetition += 4;
      definition += 4;
      store<u32>(to, code - 1);
      to += <usize>(code != 0) << 2;
    }
  }
  return <i32>((to - codes) >> 2);
}
