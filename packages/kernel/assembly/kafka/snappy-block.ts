// Snappy, raw format (github.com/google/snappy, format_description.txt), to its text. Reads input in [at, end), none outside;
// writes up to `limit`, and 48 bytes behind it may be overwritten. 0.3 ns a byte of JSON that shrinks to a quarter.
//
//   varint: bytes of the text | elements, by the lower two bits of their tag:
//   0  literals, number - 1 in the upper six; 60 to 63: in 1 to 4 bytes behind
//   1  match of 4-11 bytes, length - 4 in bits 2-4; distance in bits 5-7 and a byte
//   2  match, length - 1 in the upper six; distance u16
//   3  the same; distance u32
import { copyLiterals, copyMatch } from '../copies';
import { SNAPPY_CUT, SNAPPY_DISTANCE, SNAPPY_LENGTH, SNAPPY_SIZE, TOO_LARGE } from './answers';

const KIND: u32 = 3;
const LITERALS: u32 = 0;
const MATCH_1: u32 = 1;
const MATCH_2: u32 = 2;
/** From this number - 1 on, literals have theirs behind the tag. */
const LONG_LITERALS: usize = 60;
const MOST_LENGTH_BYTES: usize = 5;

/** Bytes written at `out`, or TOO_LARGE, or damage (< 0). */
export function decodeSnappyBlock(at: usize, end: usize, out: usize, limit: usize): i32 {
  let bytes: u64 = 0;
  let lengthBytes: usize = 0;
  let isWhole = false;
  while (!isWhole) {
    if (at == end || lengthBytes == MOST_LENGTH_BYTES) return SNAPPY_LENGTH;
    const byte = <u64>load<u8>(at);
    at++;
    bytes |= (byte & 127) << (7 * <u64>lengthBytes);
    lengthBytes++;
    isWhole = byte < 128;
  }
  if (bytes > <u64>u32.MAX_VALUE) return SNAPPY_LENGTH;
  if (bytes > <u64>(limit - out)) return TOO_LARGE;
  return decodeElements(at, end, out, out + <usize>bytes);
}

/** The elements of a text that lies in [from, to). */
function decodeElements(at: usize, end: usize, from: usize, to: usize): i32 {
  let out = from;
  while (at < end) {
    const tag = <u32>load<u8>(at);
    at++;
    const kind = tag & KIND;
    let length = <usize>(tag >>> 2);
    if (kind == LITERALS) {
      if (length >= LONG_LITERALS) {
        const bytes = length - (LONG_LITERALS - 1);
        if (bytes > end - at) return SNAPPY_CUT;
        length = littleNumber(at, bytes);
        at += bytes;
      }
      // Of 2^32 literals the number is one too low, and still too many.
      if (length >= end - at) return SNAPPY_CUT;
      length++;
      if (length > to - out) return SNAPPY_SIZE;
      copyLiterals(out, at, length, end);
      at += length;
      out += length;
      continue;
    }

    let distance: usize = 0;
    if (kind == MATCH_2) {
      if (end - at < 2) return SNAPPY_CUT;
      distance = <usize>load<u16>(at);
      at += 2;
      length += 1;
    } else if (kind == MATCH_1) {
      if (at == end) return SNAPPY_CUT;
      distance = (<usize>(tag >>> 5) << 8) | <usize>load<u8>(at);
      at++;
      length = 4 + (length & 7);
    } else {
      if (end - at < 4) return SNAPPY_CUT;
      distance = <usize>load<u32>(at);
      at += 4;
      length += 1;
    }
    // Zero is too far as well.
    if (distance - 1 >= out - from) return SNAPPY_DISTANCE;
    if (length > to - out) return SNAPPY_SIZE;
    copyMatch(out, distance, length);
    out += length;
  }
  return out == to ? <i32>(out - from) : SNAPPY_SIZE;
}

/** A number of 1 to 4 bytes, the lowest first. */
function littleNumber(at: usize, bytes: usize): usize {
  let number: usize = 0;
  for (let i: usize = 0; i < bytes; i++) number |= <usize>load<u8>(at + i) << (8 * i);
  return number;
}
