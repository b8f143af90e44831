// Canonical Huffman codes (RFC 1951, 3.2.2) to tables for lookup by the next bits of the input. Reads the code lengths of the
// symbols; writes one stream's tables. 2-3 us a block, which with GNU gzip is 33 KB of text: a tenth of the time.
//
// LITERALS: one symbol an entry, looked up by LITERAL_BITS bits; subtables for longer codes behind them.
// PAIRS: for the same bits two literals, or a literal and a length, where both codes fit; else what LITERALS says.
// Entry, from the low byte (u64):
//
//   0  bits of the code and its extra bits: 6 | IS_LENGTH | IS_OTHER
//   1  bits of the code
//   2  mask of the extra bits; of OTHER_SUBTABLE the number of bits that index it
//   3  of IS_OTHER: OTHER_SUBTABLE, OTHER_END_OF_BLOCK or OTHER_BAD
//   4  first literal; of OTHER_SUBTABLE bytes 4 to 7: offset of the subtable in LITERALS, in bytes
//   5  second literal
//   6  length - 3, without the extra bits
//   7  number of literals
//
// DISTANCES: looked up by DISTANCE_BITS bits, subtables behind them. Entry:
//
//   0  bits of the code and its extra bits: 6 | IS_SUBTABLE | IS_BAD
//   1  bits of the code
//   2  distance without the extra bits (u16); of a subtable the number of its first entry
//   6  mask of the extra bits (u16); of a subtable that of its index
//
// Shifting by a whole entry shifts by its lowest six bits, which is what the first two bytes are laid out for.

/** Tables of this size cost the least in all: larger ones take longer to fill than they save. */
export const LITERAL_BITS: i32 = 10;
export const DISTANCE_BITS: i32 = 8;

export const IS_LENGTH: u64 = 64;
export const IS_OTHER: u64 = 128;
export const OTHER_SUBTABLE: u64 = 0;
export const OTHER_END_OF_BLOCK: u64 = 1;
export const OTHER_BAD: u64 = 2;
export const OTHER_SHIFT: u64 = 24;
export const MASK_SHIFT: u64 = 16;
export const LITERAL_SHIFT: u64 = 32;
export const LENGTH_SHIFT: u64 = 48;
export const COUNT_SHIFT: u64 = 56;

export const IS_SUBTABLE: u64 = 64;
export const IS_BAD: u64 = 128;
export const BASE_SHIFT: u64 = 16;
export const DISTANCE_MASK_SHIFT: u64 = 48;

/** Symbols of the two codes; the last two of each are bad. */
export const LITERAL_SYMBOLS: i32 = 288;
export const DISTANCE_SYMBOLS: i32 = 32;
const END_OF_BLOCK: i32 = 256;
const MAX_CODE_BITS: i32 = 15;

// zlib's examples/enough.c: the largest tables have 1,334 entries for (288 symbols, 10 bits), 402 for (32, 8).
export const LITERAL_TABLE_BYTES: usize = 8 * 1344;
export const DISTANCE_TABLE_BYTES: usize = 8 * 416;
export const PAIR_TABLE_BYTES: usize = 8 << LITERAL_BITS;

/** The entry of each symbol but for the bits of its code. */
const literalSymbols = memory.data(8 * 288, 16);
const distanceSymbols = memory.data(8 * 32, 16);
/** u32: number of symbols by code length. */
const counts = memory.data(4 * 16, 16);
/** u32: where the next symbol of a code length goes in `sorted`. */
const places = memory.data(4 * 16, 16);
/** u16: symbols with a code by code length, then by symbol: the order of codes. */
const sorted = memory.data(2 * 320, 16);
/** u16: their codes, first bit lowest, as far as these are no longer than the index of the table. */
const codes = memory.data(2 * 320, 16);
let prepared: bool = false;

/** To be called before the first table is built. */
export function prepareSymbols(): void {
  if (prepared) return;
  prepared = true;
  for (let literal: u64 = 0; literal < 256; literal++) {
    store<u64>(literalSymbols + (<usize>literal << 3), (literal << LITERAL_SHIFT) | (<u64>1 << COUNT_SHIFT));
  }
  store<u64>(literalSymbols + 8 * END_OF_BLOCK, IS_OTHER | (OTHER_END_OF_BLOCK << OTHER_SHIFT));
  let base: u64 = 0;
  for (let i = 0; i < 31; i++) {
    // RFC 1951, 3.2.5. Length 258 has a symbol of its own, and none follows it.
    const extra: u64 = i < 8 || i == 28 ? 0 : (i >> 2) - 1;
    if (i == 28) base = 255;
    const entry = IS_LENGTH | extra | (((<u64>1 << extra) - 1) << MASK_SHIFT) | (base << LENGTH_SHIFT);
    store<u64>(literalSymbols + 8 * (257 + i), i > 28 ? IS_OTHER | (OTHER_BAD << OTHER_SHIFT) : entry);
    base += <u64>1 << extra;
  }
  base = 1;
  for (let i = 0; i < 32; i++) {
    const extra: u64 = i < 4 ? 0 : (i >> 1) - 1;
    const entry = extra | (base << BASE_SHIFT) | (((<u64>1 << extra) - 1) << DISTANCE_MASK_SHIFT);
    store<u64>(distanceSymbols + 8 * i, i > 29 ? IS_BAD : entry);
    base += <u64>1 << extra;
  }
}

/**
 * Builds LITERALS and PAIRS from the code lengths of `count` symbols, a byte each. False unless the code is complete, or
 * has at most one symbol, of one bit: what zlib takes.
 */
export function buildLiterals(literals: usize, pairs: usize, lengths: usize, count: i32): bool {
  const maxBits = sortByLength(lengths, count);
  if (maxBits < 0) return false;
  store<u64>(literals, IS_OTHER | (OTHER_BAD << OTHER_SHIFT));
  const filled = fillTable(literals, LITERAL_BITS, literalSymbols);
  fillSubtables(literals, LITERAL_BITS, literalSymbols, filled, maxBits);
  pairUp(literals, pairs, filled);
  return true;
}

/** As {@link buildLiterals}. A code without symbols is good as long as it is not used. */
export function buildDistances(distances: usize, lengths: usize, count: i32): bool {
  const maxBits = sortByLength(lengths, count);
  if (maxBits < 0) return false;
  store<u64>(distances, IS_BAD);
  const filled = fillTable(distances, DISTANCE_BITS, distanceSymbols);
  fillSubtables(distances, DISTANCE_BITS, distanceSymbols, filled, maxBits);
  return true;
}

/** Fills `counts` and `sorted`; the longest code's bits, or -1 for a code that is over-subscribed or incomplete. */
function sortByLength(lengths: usize, count: i32): i32 {
  memory.fill(counts, 0, 64);
  for (let i = 0; i < count; i++) {
    const at = counts + (<usize>load<u8>(lengths + i) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let free = 1;
  let place = 0;
  let maxBits = 0;
  for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
    const symbols = countOf(bits);
    free = (free << 1) - symbols;
    if (free < 0) return -1;
    if (symbols) maxBits = bits;
    store<u32>(places + 4 * bits, place);
    place += symbols;
  }
  if (free > 0 && maxBits > 1) return -1;
  // Symbols without a code all go to one place behind the others: no branch.
  store<u32>(places, LITERAL_SYMBOLS + 1);
  for (let i = 0; i < count; i++) {
    const bits = <usize>load<u8>(lengths + i);
    const place = load<u32>(places + (bits << 2));
    store<u32>(places + (bits << 2), place + <u32>(bits != 0));
    store<u16>(sorted + (place << 1), <u16>i);
  }
  return maxBits;
}

// @ts-ignore: decorator
@inline
function countOf(bits: i32): i32 {
  return load<i32>(counts + 4 * bits);
}

// @ts-ignore: decorator
@inline
function symbolEntry(symbols: usize, place: i32, bits: i32): u64 {
  // The bits of the code are added to those of the extra bits, and stand alone in the second byte.
  return load<u64>(symbols + (<usize>load<u16>(sorted + (place << 1)) << 3)) + <u64>bits * 257;
}

/** The code after this one among those of `bits` bits, first bit lowest. */
// @ts-ignore: decorator
@inline
function codeAfter(code: i32, bits: i32): i32 {
  const zeros = ((1 << bits) - 1) ^ code;
  if (!zeros) return 0;
  const highest = 1 << (31 - clz(zeros));
  return (code & (highest - 1)) | highest;
}

/** The next code to give out, first bit lowest. */
let code: i32 = 0;

/**
 * Enters the symbols whose codes fit into the table's index; how many. The table starts as one entry, the first, and
 * doubles with each bit.
 */
function fillTable(table: usize, tableBits: i32, symbols: usize): i32 {
  let next = 0;
  let place = 0;
  for (let bits = 1; bits <= tableBits; bits++) {
    const half = <usize>4 << bits;
    if (half < 16) store<u64>(table + half, load<u64>(table));
    else for (let i: usize = 0; i < half; i += 16) v128.store(table + half + i, v128.load(table + i));
    for (const end = place + countOf(bits); place < end; place++) {
      store<u64>(table + (<usize>next << 3), symbolEntry(symbols, place, bits));
      store<u16>(codes + (place << 1), <u16>next);
      next = codeAfter(next, bits);
    }
  }
  code = next;
  return place;
}

/** Enters the symbols from `place` on, whose codes are longer than the table's index. */
function fillSubtables(table: usize, tableBits: i32, symbols: usize, place: i32, maxBits: i32): void {
  const indexMask = (1 << tableBits) - 1;
  let free = 1 << tableBits;
  let from = 0;
  let size = 0;
  let prefix = -1;
  for (let bits = tableBits + 1; bits <= maxBits; bits++) {
    for (let left = countOf(bits); left > 0; left--, place++) {
      if ((code & indexMask) != prefix) {
        prefix = code & indexMask;
        from = free;
        const subtableBits = bitsOfSubtable(bits, tableBits, left, maxBits);
        size = 1 << subtableBits;
        free += size;
        store<u64>(table + (<usize>prefix << 3), linkTo(from, subtableBits, tableBits == DISTANCE_BITS));
      }
      const entry = symbolEntry(symbols, place, bits);
      for (let i = code >> tableBits; i < size; i += 1 << (bits - tableBits)) {
        store<u64>(table + (<usize>(from + i) << 3), entry);
      }
      code = codeAfter(code, bits);
    }
  }
}

/** As many bits as the codes need that share the index of one of `bits` bits, `left` of which are still to come. */
function bitsOfSubtable(bits: i32, tableBits: i32, left: i32, maxBits: i32): i32 {
  for (let room = (1 << (bits - tableBits)) - left; room > 0 && bits < maxBits; ) {
    bits++;
    room = (room << 1) - countOf(bits);
  }
  return bits - tableBits;
}

function linkTo(from: i32, bits: i32, isDistance: bool): u64 {
  if (isDistance) return IS_SUBTABLE | (<u64>from << BASE_SHIFT) | (<u64>((1 << bits) - 1) << DISTANCE_MASK_SHIFT);
  return IS_OTHER | (OTHER_SUBTABLE << OTHER_SHIFT) | (<u64>bits << MASK_SHIFT) | (<u64>(8 * from) << LITERAL_SHIFT);
}

/** PAIRS: a literal of `filled` symbols takes what follows it into its entries as far as the bits of their index reach. */
function pairUp(literals: usize, pairs: usize, filled: i32): void {
  for (let i: usize = 0; i < PAIR_TABLE_BYTES; i += 32) {
    v128.store(pairs + i, v128.load(literals + i));
    v128.store(pairs + i, v128.load(literals + i, 16), 16);
  }
  let minBits = 1;
  while (minBits < MAX_CODE_BITS && !countOf(minBits)) minBits++;
  const literal: u64 = 0xff << LITERAL_SHIFT;
  for (let place = 0; place < filled; place++) {
    if (load<u16>(sorted + (place << 1)) >= <u16>END_OF_BLOCK) continue;
    const first = <usize>load<u16>(codes + (place << 1));
    const entry = load<u64>(literals + (first << 3));
    const bits = entry & 63;
    if (bits + minBits > <u64>LITERAL_BITS) break;
    const added = (entry & literal) + (<u64>1 << COUNT_SHIFT) + bits * 257;
    const room = <u64>LITERAL_BITS - bits;
    const step = <usize>8 << <usize>bits;
    const end = literals + (<usize>8 << <usize>room);
    let pair = pairs + (first << 3);
    for (let at = literals; at < end; at += 8, pair += step) {
      const second = load<u64>(at);
      const both = ((second & literal) << 8) + (second & ~literal) + added;
      // It fits if its code's bits do, and it is a literal or a length.
      store<u64>(pair, select<u64>(both, entry, ((second >> 8) & 63) + (second & IS_OTHER) <= room));
    }
  }
}
