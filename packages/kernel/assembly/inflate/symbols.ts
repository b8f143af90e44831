// The symbols of a block: literals and matches. Reads the stream's tables and input, with 8 bytes of margin behind the
// limit; writes text, up to OVERSHOOT bytes beyond the limit. Can stop and go on between any two symbols. About 15 ns a match,
// 0.6 ns a byte of JSON lines: three quarters of inflating.
//
// A refill makes at least 56 bits valid: three lookups of literals (30), or a length and a distance (15 + 5 + 15 + 13). Bits
// above the count are what the input holds at that place, so filling them again changes nothing. Of `count` only the low
// six bits are valid within the loop.
import { copyMatch } from '../copies';
import {
  BASE_SHIFT,
  COUNT_SHIFT,
  DISTANCE_BITS,
  DISTANCE_MASK_SHIFT,
  IS_BAD,
  IS_LENGTH,
  IS_OTHER,
  IS_SUBTABLE,
  LENGTH_SHIFT,
  LITERAL_BITS,
  LITERAL_SHIFT,
  MASK_SHIFT,
  OTHER_END_OF_BLOCK,
  OTHER_SHIFT,
} from './decoding-table';
import {
  BAD_DISTANCE_SYMBOL,
  BAD_SYMBOL,
  DISTANCE_TOO_FAR,
  distancesOf,
  literalsOf,
  NEEDS_INPUT,
  OUTPUT_FULL,
  pairsOf,
  Stream,
} from './stream';

/** What may be written behind the limit of the output: the longest match, literals before it, and copying by 32 bytes. */
export const OVERSHOOT: usize = 352;
export const END_OF_BLOCK: i32 = 0;
const NO_LITERALS: u64 = IS_LENGTH | IS_OTHER;
const LITERAL_MASK: u32 = (1 << LITERAL_BITS) - 1;
const DISTANCE_MASK: u32 = (1 << DISTANCE_BITS) - 1;
const KIND_MASK: u64 = 0xff << OTHER_SHIFT;

/**
 * Decodes until the block ends, the input passes `inputLimit` or the output `outputLimit`. `lowest` is the first byte of
 * the output that a match may copy.
 */
export function decodeSymbols(stream: Stream, inputLimit: usize, outputLimit: usize, lowest: usize): i32 {
  const pairs = pairsOf(stream);
  const literals = literalsOf(stream);
  const distances = distancesOf(stream);
  let input = stream.input;
  let output = stream.output;
  let bits = stream.bits;
  let count = <u64>stream.bitCount;
  let answer = END_OF_BLOCK;
  while (true) {
    if (input > inputLimit) {
      answer = NEEDS_INPUT;
      break;
    }
    if (output >= outputLimit) {
      answer = OUTPUT_FULL;
      break;
    }
    bits |= load<u64>(input) << count;
    input += <usize>(~count >> 3) & 7;
    count |= 56;
    let entry = load<u64>(pairs + (<usize>(<u32>bits & LITERAL_MASK) << 3));
    if (!(entry & NO_LITERALS)) {
      store<u16>(output, <u16>(entry >> LITERAL_SHIFT));
      output += <usize>(entry >> COUNT_SHIFT);
      bits >>= entry;
      count -= entry;
      entry = load<u64>(pairs + (<usize>(<u32>bits & LITERAL_MASK) << 3));
      if (!(entry & NO_LITERALS)) {
        store<u16>(output, <u16>(entry >> LITERAL_SHIFT));
        output += <usize>(entry >> COUNT_SHIFT);
        bits >>= entry;
        count -= entry;
        entry = load<u64>(pairs + (<usize>(<u32>bits & LITERAL_MASK) << 3));
        if (!(entry & NO_LITERALS)) {
          store<u16>(output, <u16>(entry >> LITERAL_SHIFT));
          output += <usize>(entry >> COUNT_SHIFT);
          bits >>= entry;
          count -= entry;
          continue;
        }
        bits |= load<u64>(input) << count;
        input += <usize>(~count >> 3) & 7;
        count |= 56;
      }
    }
    if (entry & IS_OTHER) {
      if (!(entry & KIND_MASK)) {
        // A subtable.
        bits |= load<u64>(input) << count;
        input += <usize>(~count >> 3) & 7;
        count |= 56;
        const index = <u32>(bits >> LITERAL_BITS) & ((1 << (<u32>(entry >> MASK_SHIFT) & 31)) - 1);
        entry = load<u64>(literals + <usize>(entry >> LITERAL_SHIFT) + (<usize>index << 3));
        if (!(entry & NO_LITERALS)) {
          store<u8>(output, <u8>(entry >> LITERAL_SHIFT));
          output++;
          bits >>= entry;
          count -= entry;
          continue;
        }
      }
      if (entry & IS_OTHER) {
        bits >>= entry;
        count -= entry;
        if ((entry & KIND_MASK) != OTHER_END_OF_BLOCK << OTHER_SHIFT) answer = BAD_SYMBOL;
        break;
      }
    }

    // A match, maybe with a literal before it.
    store<u16>(output, <u16>(entry >> LITERAL_SHIFT));
    output += <usize>(entry >> COUNT_SHIFT);
    const length =
      3 + (<u32>(entry >> LENGTH_SHIFT) & 255) + (<u32>(bits >> (entry >> 8)) & (<u32>(entry >> MASK_SHIFT) & 255));
    bits >>= entry;
    count -= entry;
    let far = load<u64>(distances + (<usize>(<u32>bits & DISTANCE_MASK) << 3));
    if (far & (IS_SUBTABLE | IS_BAD)) {
      if (far & IS_SUBTABLE) {
        const index = ((far >> BASE_SHIFT) & 0xffff) + ((bits >> DISTANCE_BITS) & (far >> DISTANCE_MASK_SHIFT));
        far = load<u64>(distances + (<usize>index << 3));
      }
      if (far & IS_BAD) {
        answer = BAD_DISTANCE_SYMBOL;
        break;
      }
    }
    const distance =
      (<u32>(far >> BASE_SHIFT) & 0xffff) + (<u32>(bits >> (far >> 8)) & <u32>(far >> DISTANCE_MASK_SHIFT));
    bits >>= far;
    count -= far;
    if (<usize>distance > output - lowest) {
      answer = DISTANCE_TOO_FAR;
      break;
    }
    copyMatch(output, distance, length);
    output += length;
  }
  stream.input = input;
  stream.output = output;
  stream.bits = bits;
  stream.bitCount = <i32>(count & 63);
  return answer;
}
