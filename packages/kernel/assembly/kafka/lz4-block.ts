// One compressed block of LZ4 (github.com/lz4/lz4, lz4_Block_format.md): sequences of literals and a match; the last one has
// literals only. Reads input in [at, end), none outside; writes up to `limit`, and 48 bytes behind it may be
// overwritten. 0.2 ns a byte of JSON that shrinks to a quarter.
//
//   token u8: literals in the upper four bits, match length - 4 in the lower; 15 goes on in bytes up to one that is not 255
//   literals | distance u16, from 1 on
import { copyLiterals, copyMatch } from '../copies';
import { LZ4_CUT, LZ4_DISTANCE } from './answers';

const GOES_ON: u32 = 15;
const LEAST_MATCH: u32 = 4;
/** Longer than any block: where adding up a length can stop. */
const ENDLESS: u32 = 1 << 24;

/** The block has no room, which its frame knows the meaning of. */
export const BLOCK_FULL: i32 = -1000;

/** Behind the bytes that a length went on in. */
let lengthEnd: usize = 0;

/** Bytes written at `out`, or BLOCK_FULL, or damage (< 0). `lowest` is the first byte that a match may copy. */
export function decodeLz4Block(at: usize, end: usize, lowest: usize, out: usize, limit: usize): i32 {
  const from = out;
  while (at < end) {
    const token = <u32>load<u8>(at);
    at++;
    let literals = token >>> 4;
    if (literals == GOES_ON) {
      literals += restOfLength(at, end);
      at = lengthEnd;
    }
    if (<usize>literals > end - at) return LZ4_CUT;
    if (<usize>literals > limit - out) return BLOCK_FULL;
    copyLiterals(out, at, literals, end);
    at += literals;
    out += literals;
    if (at == end) return <i32>(out - from);

    if (end - at < 2) return LZ4_CUT;
    const distance = <usize>load<u16>(at);
    at += 2;
    // Zero is too far as well.
    if (distance - 1 >= out - lowest) return LZ4_DISTANCE;
    let length = token & GOES_ON;
    if (length == GOES_ON) {
      length += restOfLength(at, end);
      at = lengthEnd;
    }
    length += LEAST_MATCH;
    if (<usize>length > limit - out) return BLOCK_FULL;
    copyMatch(out, distance, length);
    out += length;
  }
  return LZ4_CUT;
}

/** The sum of the bytes up to one that is not 255, or to the end of the input, where the caller fails. */
function restOfLength(at: usize, end: usize): u32 {
  let sum: u32 = 0;
  while (at < end) {
    const byte = <u32>load<u8>(at);
    at++;
    sum += byte;
    if (byte != 255) break;
    if (sum > ENDLESS) break;
  }
  lengthEnd = at;
  return sum;
}
