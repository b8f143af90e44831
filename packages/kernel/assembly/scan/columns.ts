// One element of a template over all rows of the list: compares the literal, delimits the value, sets the span where the
// field is wanted. The literal that follows checks a value's end for nothing.
// About 5 ns a row and element on a busy machine, lines included; any value as record.ts says.
//
// No loop here calls a function: over a call no vector stays in its register. Rows that need one are noted in `missed` (their
// place in the list) and settled behind the loop. A row that has left has the cursor 0, where no literal stands.
import { rowEnd, spanAt, spanOf } from '../block';
import { FALSE, KIND_SHIFT, NULL, NUMBER, STRING, TRUE } from '../layout';
import {
  BACKSLASHES,
  DOTS,
  LETTER_E,
  MINUS,
  QUOTES,
  SPACES,
  TENS,
  WORD_FALS,
  WORD_NULL,
  WORD_TRUE,
  ZEROS,
  sameBytes,
  skipSpace,
} from './bytes';
import { literalMissed, readElement } from './rejoin';
import { done, leave, liveAt, liveRow } from './rows';
import { plainStop } from './string';
import {
  ANY_VALUE,
  NUMBER_VALUE,
  STRING_VALUE,
  WORD_VALUE,
  fieldOfElement,
  kindOf,
  literalLength,
  literalMatches,
  literalOf,
} from './template';

const missed = memory.data(4 * 144, 16);

/** Runs an element that is not the END over the first `rows` of the list. */
export function runElement(element: usize, rows: i32): void {
  const wanted = fieldOfElement(element) >= 0;
  switch (kindOf(element)) {
    case STRING_VALUE:
      if (wanted) wantedStrings(element, rows);
      else otherStrings(element, rows);
      break;
    case NUMBER_VALUE:
      if (wanted) wantedNumbers(element, rows);
      else otherNumbers(element, rows);
      break;
    case WORD_VALUE:
      words(element, rows);
      break;
    case ANY_VALUE:
      anyValues(element, rows);
      break;
  }
}

function wantedStrings(element: usize, rows: i32): void {
  strings(element, rows, true);
}
function otherStrings(element: usize, rows: i32): void {
  strings(element, rows, false);
}
function wantedNumbers(element: usize, rows: i32): void {
  numbers(element, rows, true);
}
function otherNumbers(element: usize, rows: i32): void {
  numbers(element, rows, false);
}

/** Bits of the bytes behind the first `length` of 16. */
function bitsBehind(length: i32): i32 {
  if (length >= 16) return 0;
  return length > 0 ? (0xffff << length) & 0xffff : 0xffff;
}

// @ts-ignore: decorator
@inline
function strings(element: usize, rows: i32, wanted: bool): void {
  const literal = literalOf(element);
  const length = <i32>literalLength(element);
  const first = v128.load(literal);
  const behind = bitsBehind(length);
  const second = v128.load(literal, 16);
  const behindSecond = bitsBehind(length - 16);
  const quotes = v128.load(QUOTES);
  const backslashes = v128.load(BACKSLASHES);
  const spaces = v128.load(SPACES);
  const starts = wanted ? spanAt(fieldOfElement(element)) : 0;
  const forms = wanted ? spanOf(fieldOfElement(element)) : 0;
  const end = <usize>rows << 2;
  let misses: usize = 0;
  if (length > 32) compareRests(element, rows);
  for (let k: usize = 0; k < end; k += 4) {
    let p = <usize>load<u32>(liveAt + k);
    let same = i8x16.bitmask(i8x16.eq(v128.load(p), first)) | behind;
    if (length > 16) {
      same &= i8x16.bitmask(i8x16.eq(v128.load(p, 16), second)) | behindSecond;
    }
    if (same != 0xffff) {
      misses = miss(misses, k);
      continue;
    }
    p += <usize>length;
    const stop = plainStop(p, quotes, backslashes, spaces);
    store<u32>(liveAt + k, <u32>stop);
    if (wanted) {
      const row = <usize>load<u32>(liveRow + k);
      store<u32>(starts + row, <u32>p);
      store<u32>(forms + row, <u32>(stop - p) | (STRING << KIND_SHIFT));
    }
  }
  if (misses) settle(element, misses);
}

// Digits, perhaps behind a minus, perhaps with a dot and digits: up to 15 bytes. What else is a number is settled.
// @ts-ignore: decorator
@inline
function numbers(element: usize, rows: i32, wanted: bool): void {
  const literal = literalOf(element);
  const length = <i32>literalLength(element);
  const first = v128.load(literal);
  const behind = bitsBehind(length);
  const second = v128.load(literal, 16);
  const behindSecond = bitsBehind(length - 16);
  const zeros = v128.load(ZEROS);
  const tens = v128.load(TENS);
  const dots = v128.load(DOTS);
  const starts = wanted ? spanAt(fieldOfElement(element)) : 0;
  const forms = wanted ? spanOf(fieldOfElement(element)) : 0;
  const end = <usize>rows << 2;
  let misses: usize = 0;
  if (length > 32) compareRests(element, rows);
  for (let k: usize = 0; k < end; k += 4) {
    let p = <usize>load<u32>(liveAt + k);
    let same = i8x16.bitmask(i8x16.eq(v128.load(p), first)) | behind;
    if (length > 16) {
      same &= i8x16.bitmask(i8x16.eq(v128.load(p, 16), second)) | behindSecond;
    }
    if (same != 0xffff) {
      misses = miss(misses, k);
      continue;
    }
    p += <usize>length;
    const v = v128.load(p);
    const minus = <u32>(<u32>load<u8>(p) == MINUS);
    const others = (<u32>i8x16.bitmask(i8x16.ge_u(i8x16.sub(v, zeros), tens)) ^ minus) | 0x10000;
    const zero = <u32>i8x16.bitmask(i8x16.eq(v, zeros));
    // Of the first byte that is no digit: where it is, and whether it is a dot.
    const stopBit = others & (0 - others);
    const dot = <u32>i8x16.bitmask(i8x16.eq(v, dots)) & stopBit;
    const bits = dot ? others ^ stopBit : others;
    const bytes = <usize>ctz(bits);
    // No digit, a dot without digits, a leading zero, or too long to say.
    const firstBit = 1 << minus;
    const odd = (others & firstBit) | ((dot << 1) & others) | (((zero & firstBit) << 1) & ~others) | (<u32>bytes & 16);
    if (odd) {
      misses = miss(misses, k);
      continue;
    }
    const stop = p + bytes;
    store<u32>(liveAt + k, <u32>stop);
    if (wanted) {
      const row = <usize>load<u32>(liveRow + k);
      store<u32>(starts + row, <u32>p);
      store<u32>(forms + row, <u32>(stop - p) | (NUMBER << KIND_SHIFT));
    }
  }
  if (misses) settle(element, misses);
}

function words(element: usize, rows: i32): void {
  const literal = literalOf(element);
  const length = <i32>literalLength(element);
  const first = v128.load(literal);
  const behind = bitsBehind(length);
  const second = v128.load(literal, 16);
  const behindSecond = bitsBehind(length - 16);
  const field = fieldOfElement(element);
  const starts = field >= 0 ? spanAt(field) : 0;
  const forms = field >= 0 ? spanOf(field) : 0;
  const end = <usize>rows << 2;
  let misses: usize = 0;
  if (length > 32) compareRests(element, rows);
  for (let k: usize = 0; k < end; k += 4) {
    let p = <usize>load<u32>(liveAt + k);
    let same = i8x16.bitmask(i8x16.eq(v128.load(p), first)) | behind;
    if (length > 16) {
      same &= i8x16.bitmask(i8x16.eq(v128.load(p, 16), second)) | behindSecond;
    }
    if (same != 0xffff) {
      misses = miss(misses, k);
      continue;
    }
    p += <usize>length;
    const word = load<u32>(p);
    const isFalse = <u32>(word == WORD_FALS) & <u32>(<u32>load<u8>(p, 4) == LETTER_E);
    const isNull = <u32>(word == WORD_NULL);
    if (!(isFalse | isNull | <u32>(word == WORD_TRUE))) {
      misses = miss(misses, k);
      continue;
    }
    store<u32>(liveAt + k, <u32>p + 4 + isFalse);
    if (field >= 0) {
      const row = <usize>load<u32>(liveRow + k);
      const kind = isFalse ? FALSE : isNull ? NULL : TRUE;
      store<u32>(starts + row, <u32>p);
      store<u32>(forms + row, (4 + isFalse) | (kind << KIND_SHIFT));
    }
  }
  if (misses) settle(element, misses);
}

function anyValues(element: usize, rows: i32): void {
  for (let i: i32 = 0; i < rows; i++) miss(i, 4 * i);
  settle(element, rows);
}

/** Runs the END over the list: rows that match it right up to their line's end are done. */
export function runEnd(element: usize, rows: i32): void {
  const length = literalLength(element);
  const end = <usize>rows << 2;
  for (let k: usize = 0; k < end; k += 4) {
    let p = <usize>load<u32>(liveAt + k);
    if (!literalMatches(element, p)) {
      p = literalMissed(element, k, p);
      if (!p) continue;
    }
    const row = <usize>load<u32>(liveRow + k);
    p += length;
    const lineEnd = <usize>load<u32>(rowEnd + row);
    if (p != lineEnd) if (skipSpace(p) != lineEnd) {
      leave(k);
      continue;
    }
    store<u8>(done + (row >> 2), 1);
  }
}

// @ts-ignore: decorator
@inline
function miss(misses: usize, k: usize): usize {
  store<u32>(missed + 4 * misses, <u32>k);
  return misses + 1;
}

/** Goes on by hand with the rows that are no plain case of this element. */
function settle(element: usize, misses: usize): void {
  const length = literalLength(element);
  for (let i: usize = 0; i < misses; i++) {
    const k = <usize>load<u32>(missed + 4 * i);
    let p = <usize>load<u32>(liveAt + k);
    if (!p) continue;
    if (!literalMatches(element, p)) {
      p = literalMissed(element, k, p);
      if (!p) continue;
    }
    const behind = readElement(element, <usize>load<u32>(liveRow + k) >> 2, p + length);
    if (behind) store<u32>(liveAt + k, <u32>behind);
    else leave(k);
  }
}

/** Looks at a literal from its 33rd byte on. Rows that go on differently leave the list, and the loops then miss them. */
function compareRests(element: usize, rows: i32): void {
  const rest = literalOf(element) + 32;
  const length = literalLength(element) - 32;
  const end = <usize>rows << 2;
  for (let k: usize = 0; k < end; k += 4) {
    const p = <usize>load<u32>(liveAt + k);
    if (!sameBytes(p + 32, rest, length)) store<u32>(liveAt + k, <u32>literalMissed(element, k, p));
  }
}
