// Bytes of JSON's syntax, and 16-byte patterns of them. Patterns are loaded from memory before a loop: as constants the
// optimising compiler would build them anew in every turn.
export const TAB: u32 = 0x09;
export const LF: u32 = 0x0a;
export const CR: u32 = 0x0d;
export const SPACE: u32 = 0x20;
export const QUOTE: u32 = 0x22;
export const PLUS: u32 = 0x2b;
export const COMMA: u32 = 0x2c;
export const MINUS: u32 = 0x2d;
export const DOT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const COLON: u32 = 0x3a;
export const OPEN_LIST: u32 = 0x5b;
export const BACKSLASH: u32 = 0x5c;
export const CLOSE_LIST: u32 = 0x5d;
export const LETTER_E: u32 = 0x65;
export const OPEN_OBJECT: u32 = 0x7b;
export const CLOSE_OBJECT: u32 = 0x7d;

/** The four bytes of a word as one little-endian number; `false` without its last letter. */
export const WORD_TRUE: u32 = 0x65757274;
export const WORD_FALS: u32 = 0x736c6166;
export const WORD_NULL: u32 = 0x6c6c756e;

export const LFS = memory.data<u8>([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10], 16);
export const SPACES = memory.data<u8>([32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32], 16);
export const QUOTES = memory.data<u8>([34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34], 16);
export const DOTS = memory.data<u8>([46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46], 16);
export const ZEROS = memory.data<u8>([48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48], 16);
export const BACKSLASHES = memory.data<u8>([92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92], 16);
export const TENS = memory.data<u8>([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10], 16);

/** The first byte that is no space, tab or CR. An LF is none of JSON's whitespace here: it ends the record. */
// @ts-ignore: decorator
@inline
export function skipSpace(p: usize): usize {
  return <u32>load<u8>(p) > SPACE ? p : skipSpaces(p);
}

function skipSpaces(p: usize): usize {
  while (true) {
    const c = <u32>load<u8>(p);
    if (c != SPACE) if (c != TAB) if (c != CR) return p;
    p++;
  }
}

/** Whether two texts are the same bytes. Up to 15 bytes behind their ends are read. */
export function sameBytes(a: usize, b: usize, length: usize): bool {
  while (length >= 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) != 0xffff) return false;
    a += 16;
    b += 16;
    length -= 16;
  }
  const behind = 0xffff << <i32>length;
  return ((i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) | behind) & 0xffff) == 0xffff;
}
