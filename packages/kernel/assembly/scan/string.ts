// JSON strings: where they end, whether they are good, and what they say. The usual string, plain ASCII, is delimited by
// `stringStop` alone, 16 bytes at a time; escapes and other characters go through `finishString`.
import { BACKSLASH, BACKSLASHES, QUOTE, QUOTES, SPACE, SPACES } from './bytes';
import { arenaTop, reserveArena } from './arena';

/** The first byte that is no plain ASCII: a quote, a backslash, a control byte, or 0x80 and above. At latest the LF. */
// @ts-ignore: decorator
@inline
export function plainStop(p: usize, quotes: v128, backslashes: v128, spaces: v128): usize {
  while (true) {
    const v = v128.load(p);
    // Signed: the bytes from 0x80 on are negative.
    const stops = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(v, quotes), i8x16.eq(v, backslashes)), i8x16.lt_s(v, spaces)),
    );
    if (stops) return p + <usize>ctz(stops);
    p += 16;
  }
}

export function stringStop(p: usize): usize {
  return plainStop(p, v128.load(QUOTES), v128.load(BACKSLASHES), v128.load(SPACES));
}

/** Whether the string that {@link finishString} went through holds escapes. */
export let sawEscape: bool = false;

/** From a place within a string to its closing quote; 0 when it is broken: bad escape, control byte, invalid UTF-8. */
export function finishString(p: usize): usize {
  sawEscape = false;
  while (true) {
    const c = <u32>load<u8>(p);
    if (c == QUOTE) return p;
    if (c == BACKSLASH) {
      sawEscape = true;
      const length = escapeLength(p);
      if (!length) return 0;
      p += length;
    } else {
      if (c < SPACE) return 0;
      while (load<i8>(p) < 0) {
        const length = characterLength(p);
        if (!length) return 0;
        p += length;
      }
    }
    p = stringStop(p);
  }
}

/** Of the escape at a backslash; 0 when there is no such escape. */
function escapeLength(p: usize): usize {
  switch (<u32>load<u8>(p, 1)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return 2;
    case 0x75: // u
      return hexUnit(p + 2) < 0 ? 0 : 6;
    default:
      return 0;
  }
}

/** The UTF-16 unit that four hexadecimal digits say; negative when they are none. */
function hexUnit(p: usize): i32 {
  let unit: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const c = <u32>load<u8>(p + i);
    let digit = c - 0x30;
    if (digit > 9) {
      digit = (c | 0x20) - 0x61 + 10;
      if (digit - 10 > 5) return -1;
    }
    unit = (unit << 4) | <i32>digit;
  }
  return unit;
}

/** Whether bytes are valid UTF-8. Up to 15 bytes behind them are read. */
export function isUtf8(at: usize, length: usize): bool {
  const end = at + length;
  let p = at;
  while (p < end) {
    const beyond = i8x16.bitmask(v128.load(p));
    if (!beyond) {
      p += 16;
      continue;
    }
    p += <usize>ctz(beyond);
    while (p < end) {
      if (load<i8>(p) >= 0) break;
      const bytes = characterLength(p);
      if (!bytes) return false;
      if (bytes > end - p) return false;
      p += bytes;
    }
  }
  return true;
}

/** Of the UTF-8 character at a byte of 0x80 or more; 0 when it is not valid (RFC 3629: no surrogates, nothing overlong). */
function characterLength(p: usize): usize {
  const word = load<u32>(p);
  const lead = word & 0xff;
  if ((word & 0xc0e0) == 0x80c0) return lead >= 0xc2 ? 2 : 0;
  const second = (word >>> 8) & 0xff;
  if ((word & 0xc0c0f0) == 0x8080e0) {
    if (lead == 0xe0) return second >= 0xa0 ? 3 : 0;
    if (lead == 0xed) return second < 0xa0 ? 3 : 0;
    return 3;
  }
  if ((word & 0xc0c0c0f8) == 0x808080f0) {
    if (lead == 0xf0) return second >= 0x90 ? 4 : 0;
    if (lead == 0xf4) return second < 0x90 ? 4 : 0;
    return lead < 0xf4 ? 4 : 0;
  }
  return 0;
}

/**
 * Writes what a good string says to the arena's top, without keeping it there; returns its end. A surrogate pair of two
 * escapes is one character, a lone half is U+FFFD.
 */
export function unescape(from: usize, to: usize): usize {
  reserveArena(to - from + 16);
  const backslashes = v128.load(BACKSLASHES);
  let out = arenaTop;
  let p = from;
  while (p < to) {
    const v = v128.load(p);
    v128.store(out, v);
    const stops = i8x16.bitmask(i8x16.eq(v, backslashes));
    const plain = stops ? <usize>ctz(stops) : 16;
    p += plain;
    out += plain;
    if (p >= to) break;
    if (!stops) continue;
    const letter = <u32>load<u8>(p, 1);
    if (letter != 0x75) {
      store<u8>(out, shortEscape(letter));
      out++;
      p += 2;
    } else {
      let character = <u32>hexUnit(p + 2);
      p += 6;
      if ((character & 0xf800) == 0xd800) {
        const low = character < 0xdc00 && load<u16>(p) == 0x755c ? <u32>hexUnit(p + 2) : 0;
        if ((low & 0xfffffc00) == 0xdc00) {
          character = 0x10000 + ((character & 0x3ff) << 10) + (low & 0x3ff);
          p += 6;
        } else {
          character = 0xfffd;
        }
      }
      out = putCharacter(out, character);
    }
  }
  return out - (p - to);
}

function shortEscape(letter: u32): u8 {
  switch (letter) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return <u8>letter;
  }
}

function putCharacter(out: usize, character: u32): usize {
  if (character < 0x80) {
    store<u8>(out, <u8>character);
    return out + 1;
  }
  if (character < 0x800) {
    store<u8>(out, <u8>(0xc0 | (character >>> 6)));
    store<u8>(out, <u8>(0x80 | (character & 63)), 1);
    return out + 2;
  }
  if (character < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (character >>> 12)));
    store<u8>(out, <u8>(0x80 | ((character >>> 6) & 63)), 1);
    store<u8>(out, <u8>(0x80 | (character & 63)), 2);
    return out + 3;
  }
  store<u8>(out, <u8>(0xf0 | (character >>> 18)));
  store<u8>(out, <u8>(0x80 | ((character >>> 12) & 63)), 1);
  store<u8>(out, <u8>(0x80 | ((character >>> 6) & 63)), 2);
  store<u8>(out, <u8>(0x80 | (character & 63)), 3);
  return out + 4;
}
