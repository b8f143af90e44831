// What the host has said of values of multi-value dimensions: raw text to code, for all dimensions together. Bounded: when
// the slots or the text are used up it is emptied, and the host asked again.
//
// A slot is 32 bytes:
//   hash u64
//   span u32        kind and length
//   at u32          the text in this table's own heap
//   dimension u32
//   code u32        0 is a value that is null
//   isUsed u32      0 in an empty slot
import { allocate } from '../memory';
import { LENGTH_MASK, SLACK } from '../layout';
import { hashValue, sameBytes } from './value-hash';

const SLOT: usize = 32;
const SPAN: usize = 8;
const AT: usize = 12;
const DIMENSION: usize = 16;
const CODE: usize = 20;
const IS_USED: usize = 24;

const SLOTS: u32 = 0x8000;
const MASK: u32 = 0x7fff;
const MAX_VALUES: u32 = 0x3000;
const TEXT_BYTES: usize = 0x200000;
/** Longer texts are not kept. */
const MAX_LENGTH: u32 = 0x4000;
const MIX: u64 = 0x9e3779b97f4a7c15;

let slots: usize = 0;
let texts: usize = 0;
let textNext: usize = 0;
let values: u32 = 0;
/** The slot where the last search ended, and its hash. */
let lastSlot: usize = 0;
let lastHash: u64 = 0;

export const UNKNOWN: i32 = -1;

export function memoBytes(): f64 {
  return slots ? <f64>(SLOT * <usize>SLOTS + TEXT_BYTES) : 0;
}

/** The code of a value of this text and kind; UNKNOWN when the memo does not hold it. */
export function recall(dimension: i32, at: usize, span: u32): i32 {
  if (slots == 0) open();
  const length = span & LENGTH_MASK;
  const hash = hashValue(at, length) ^ (<u64>dimension * MIX) ^ <u64>(span >> 28);
  let slot = slots + SLOT * <usize>(<u32>hash & MASK);
  while (load<u32>(slot, IS_USED)) {
    if (load<u64>(slot) == hash) {
      if (load<u32>(slot, SPAN) == span) {
        if (load<i32>(slot, DIMENSION) == dimension) {
          if (sameBytes(<usize>load<u32>(slot, AT), at, length)) return load<i32>(slot, CODE);
        }
      }
    }
    slot = slots + ((slot + SLOT - slots) & (SLOT * <usize>MASK));
  }
  lastSlot = slot;
  lastHash = hash;
  return UNKNOWN;
}

/** Keeps the code of the value that was last searched for in vain. */
export function remember(dimension: i32, at: usize, span: u32, code: i32): void {
  const length = span & LENGTH_MASK;
  if (length > MAX_LENGTH) return;
  const slot = lastSlot;
  const size = (<usize>length + 7) & ~7;
  if (values == MAX_VALUES || textNext + size > texts + TEXT_BYTES - SLACK) {
    empty();
    return;
  }
  memory.copy(textNext, at, length);
  store<u64>(slot, lastHash);
  store<u32>(slot, span, SPAN);
  store<u32>(slot, <u32>textNext, AT);
  store<i32>(slot, dimension, DIMENSION);
  store<i32>(slot, code, CODE);
  store<u32>(slot, 1, IS_USED);
  textNext += size;
  values += 1;
}

/** Codes have a new meaning. */
export function forgetMemo(): void {
  if (slots) empty();
}

function open(): void {
  slots = allocate(SLOT * <usize>SLOTS);
  texts = allocate(TEXT_BYTES);
  empty();
}

function empty(): void {
  memory.fill(slots, 0, SLOT * <usize>SLOTS);
  textNext = texts;
  values = 0;
}
