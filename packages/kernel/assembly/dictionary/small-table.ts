// The table of a dictionary of few values: one cache line answers a lookup. Open addressing, linear probing, at most a
// quarter full: at half full mispredicted branches cost twice as much. Reads spans, or one value; writes codes.
//
// A slot is 32 bytes:
//   word u64[2]   the bytes of a value of up to SHORT bytes, then zeros; undefined for a longer one
//   length u32
//   code u32      0 in an empty slot
//   hash u64
//
// 6-9 ns a row while the table is in the L2 cache, 12 with 15,000 values; 18 for values of 36 bytes.
import {
  appendValue,
  closeTable,
  dictionaryCount,
  dictionaryEntries,
  ENTRY,
  hold,
  maskOf,
  setTable,
  slotBytesOf,
  tableOf,
} from './dictionary';
import { hashShort, hashValue, sameBytes, SHORT, shortMask } from './value-hash';

export const SLOT: usize = 32;
export const LENGTH: usize = 16;
export const CODE: usize = 20;
const HASH: usize = 24;
const FIRST_SLOTS: u32 = 256;
const SLOTS_A_VALUE: u32 = 4;

/** The code of a value of up to SHORT bytes, which is added when it is new. */
// @ts-ignore: decorator
@inline
export function shortCode(dimension: i32, table: usize, mask: u32, at: usize, length: u32): u32 {
  const bytes = v128.and(v128.load(at), shortMask(length));
  const a = <u64>i64x2.extract_lane(bytes, 0);
  const b = <u64>i64x2.extract_lane(bytes, 1);
  const hash = hashShort(a, b, length);
  return shortCodeFrom(dimension, table + SLOT * <usize>(<u32>hash & mask), table, mask, a, b, at, length, hash);
}

/** {@link shortCode} for a value of the words a and b, looked for from this slot on. */
// @ts-ignore: decorator
@inline
export function shortCodeFrom(
  dimension: i32,
  from: usize,
  table: usize,
  mask: u32,
  a: u64,
  b: u64,
  at: usize,
  length: u32,
  hash: u64,
): u32 {
  let slot = from;
  while (true) {
    const code = load<u32>(slot, CODE);
    if (((load<u64>(slot) ^ a) | (load<u64>(slot, 8) ^ b) | <u64>(load<u32>(slot, LENGTH) ^ length)) == 0) if (code) return code;
    if (code == 0) return addShort(dimension, slot, a, b, at, length, hash);
    slot = slotAfter(table, mask, slot);
  }
}

// @ts-ignore: decorator
@inline
function slotAfter(table: usize, mask: u32, slot: usize): usize {
  return table + ((slot + SLOT - table) & (SLOT * <usize>mask));
}

function addShort(dimension: i32, slot: usize, a: u64, b: u64, at: usize, length: u32, hash: u64): u32 {
  store<u64>(slot, a);
  store<u64>(slot, b, 8);
  return add(dimension, slot, at, length, hash);
}

function add(dimension: i32, slot: usize, at: usize, length: u32, hash: u64): u32 {
  const code = appendValue(dimension, at, length);
  store<u32>(slot, length, LENGTH);
  store<u32>(slot, code, CODE);
  store<u64>(slot, hash, HASH);
  return code;
}

/** {@link shortCode} for a value of any length. */
export function smallCode(dimension: i32, at: usize, length: u32): u32 {
  const table = tableOf(dimension);
  const mask = maskOf(dimension);
  if (length <= SHORT) return shortCode(dimension, table, mask, at, length);
  const hash = hashValue(at, length);
  const entries = dictionaryEntries(dimension) - ENTRY;
  let slot = table + SLOT * <usize>(<u32>hash & mask);
  while (true) {
    const code = load<u32>(slot, CODE);
    if (code == 0) return add(dimension, slot, at, length, hash);
    if (load<u64>(slot, HASH) == hash) {
      if (load<u32>(slot, LENGTH) == length) {
        if (sameBytes(<usize>load<u32>(entries + ENTRY * <usize>code), at, length)) return code;
      }
    }
    slot = slotAfter(table, mask, slot);
  }
}

/** Makes room for so many more values. */
export function reserveSmall(dimension: i32, values: u32): void {
  const wanted = SLOTS_A_VALUE * (dictionaryCount(dimension) + values);
  const table = tableOf(dimension);
  const slots = slotBytesOf(dimension) ? maskOf(dimension) + 1 : 0;
  if (wanted <= slots) return;
  let next: u32 = slots ? 2 * slots : FIRST_SLOTS;
  while (next < wanted) next *= 2;
  const into = hold(SLOT * <usize>next);
  memory.fill(into, 0, SLOT * <usize>next);
  for (let slot = table; slot < table + SLOT * <usize>slots; slot += SLOT) {
    if (load<u32>(slot, CODE)) move(slot, into, next - 1);
  }
  closeTable(dimension);
  setTable(dimension, into, next, SLOT);
}

function move(slot: usize, table: usize, mask: u32): void {
  let to = table + SLOT * <usize>(load<u32>(slot, HASH) & mask);
  while (load<u32>(to, CODE)) to = slotAfter(table, mask, to);
  v128.store(to, v128.load(slot));
  v128.store(to, v128.load(slot, 16), 16);
}

