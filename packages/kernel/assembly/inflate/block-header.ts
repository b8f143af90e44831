// The codes of a block (RFC 1951, 3.2.6 and 3.2.7): from the input's bits to decoding tables. Reads up to 700 bytes of
// input; writes the tables of the stream. 1 us a block beside the tables.
import { buildDistances, buildLiterals, DISTANCE_SYMBOLS, LITERAL_SYMBOLS } from './decoding-table';
import { distancesOf, literalsOf, pairsOf, Stream } from './stream';

const MAX_LITERAL_LENGTHS: i32 = 286;
const MAX_DISTANCE_LENGTHS: i32 = 30;
const LENGTH_SYMBOLS: i32 = 19;
/** The longest code of code lengths. */
const LENGTH_CODE_BITS: i32 = 7;
const END_OF_BLOCK: usize = 256;

/** A byte a symbol: code lengths of literals, then of distances. */
const lengths = memory.data(704, 16);
/** u16: symbol << 3 | bits, by the next seven bits of input: how code lengths are coded. */
const lengthTable = memory.data(2 << 7, 16);
const order = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

export function readFixedCodes(stream: Stream): void {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  buildLiterals(literalsOf(stream), pairsOf(stream), lengths, LITERAL_SYMBOLS);
  memory.fill(lengths, 5, DISTANCE_SYMBOLS);
  buildDistances(distancesOf(stream), lengths, DISTANCE_SYMBOLS);
}

/** False when the header is damaged. */
export function readDynamicCodes(stream: Stream): bool {
  let input = stream.input;
  let bits = stream.bits;
  let count = stream.bitCount;
  bits |= load<u64>(input) << count;
  input += (63 - count) >> 3;
  count |= 56;
  const literals = <i32>(bits & 31) + 257;
  const distances = <i32>((bits >> 5) & 31) + 1;
  const lengthCodes = <i32>((bits >> 10) & 15) + 4;
  bits >>= 14;
  count -= 14;
  if (literals > MAX_LITERAL_LENGTHS) return false;
  if (distances > MAX_DISTANCE_LENGTHS) return false;
  memory.fill(lengths, 0, LENGTH_SYMBOLS);
  for (let i = 0; i < lengthCodes; i++) {
    if (count < 3) {
      bits |= load<u64>(input) << count;
      input += (63 - count) >> 3;
      count |= 56;
    }
    store<u8>(lengths + load<u8>(order + i), <u8>(bits & 7));
    bits >>= 3;
    count -= 3;
  }
  if (!buildLengthTable()) return false;

  const all = literals + distances;
  let previous: u8 = 0;
  for (let i = 0; i < all; ) {
    bits |= load<u64>(input) << count;
    input += (63 - count) >> 3;
    count |= 56;
    const entry = <i32>load<u16>(lengthTable + <usize>((bits & 127) << 1));
    const symbol = entry >> 3;
    bits >>= entry & 7;
    count -= entry & 7;
    if (symbol < 16) {
      previous = <u8>symbol;
      store<u8>(lengths + i++, previous);
      continue;
    }
    // A run: of the length before, or of zeros.
    let run = 0;
    let extra = 0;
    if (symbol == 16) {
      if (!i) return false;
      extra = 2;
      run = 3 + <i32>(bits & 3);
    } else if (symbol == 17) {
      extra = 3;
      run = 3 + <i32>(bits & 7);
      previous = 0;
    } else {
      extra = 7;
      run = 11 + <i32>(bits & 127);
      previous = 0;
    }
    bits >>= extra;
    count -= extra;
    if (i + run > all) return false;
    memory.fill(lengths + i, previous, run);
    i += run;
  }
  if (!load<u8>(lengths + END_OF_BLOCK)) return false;
  stream.input = input;
  stream.bits = bits;
  stream.bitCount = count;
  if (!buildLiterals(literalsOf(stream), pairsOf(stream), lengths, literals)) return false;
  return buildDistances(distancesOf(stream), lengths + literals, distances);
}

/** From the first 19 of `lengths`. False unless the code is complete. */
function buildLengthTable(): bool {
  let free = 1;
  let code = 0;
  for (let bits = 1; bits <= LENGTH_CODE_BITS; bits++) {
    free <<= 1;
    for (let symbol = 0; symbol < LENGTH_SYMBOLS; symbol++) {
      if (load<u8>(lengths + symbol) != bits) continue;
      if (--free < 0) return false;
      for (let i = code; i < 1 << LENGTH_CODE_BITS; i += 1 << bits) {
        store<u16>(lengthTable + 2 * i, <u16>((symbol << 3) | bits));
      }
      const zeros = ((1 << bits) - 1) ^ code;
      const highest = zeros ? 1 << (31 - clz(zeros)) : 0;
      code = zeros ? (code & (highest - 1)) | highest : 0;
    }
  }
  return free == 0;
}
