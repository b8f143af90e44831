// Exact sums of doubles as sidecars hold them (docs/formats/sidecars.md), added byte by byte as the integers that they are.
//
// A sum: no bytes for null, else u16 e and m, two's complement, the lowest byte first, for m * 256^e units of 2^-1074. It has one
// form only: m has no zero byte at its low end, none at its high end that only repeats the sign; of the sum 0 it has none.
//
// A column of sums: lengths u16 by row | starts u32 by row, and one behind the last | the bytes. 20-40 ns a sum that is added.
import { allocate } from '../memory';

const EXPONENT: usize = 2;
/** The most bytes of a sum. */
const MOST: usize = 65_536;
const INFINITY_BITS: u64 = 0x7ff0000000000000;
const PRECISION: i64 = 53;

/** A magnitude of a sum, the lowest byte first. Made once. */
let magnitude: usize = 0;

/** Where the bytes of each row begin, and behind the last. */
export function startsOfSums(lengths: usize, count: u32, starts: usize): void {
  let end: u32 = 0;
  store<u32>(starts, 0);
  for (let i: usize = 0; i < <usize>count; i++) {
    end += <u32>load<u16>(lengths + 2 * i);
    store<u32>(starts + 4 * i, end, 4);
  }
}

/** A byte of m: 0 below it, its sign above. */
// @ts-ignore: decorator
@inline
function byteOf(m: usize, end: usize, index: isize): u32 {
  if (index < 0) return 0;
  const at = m + <usize>index;
  return at < end ? <u32>load<u8>(at) : signOf(<u32>load<u8>(end - 1));
}

// @ts-ignore: decorator
@inline
function signOf(highest: u32): u32 {
  return highest > 127 ? 255 : 0;
}

/**
 * Writes the sum of two sums. Null and a sum is that sum. `out` needs room for 64 KiB and some bytes more.
 * @returns how many bytes it has; -1 when one of them is no sum, or the sum has no room in its form
 */
export function addSums(a: usize, aBytes: usize, b: usize, bBytes: usize, out: usize): i32 {
  if (aBytes == 1 || bBytes == 1) return -1;
  if (aBytes <= EXPONENT && bBytes > 0) {
    memory.copy(out, b, bBytes);
    return <i32>bBytes;
  }
  if (bBytes <= EXPONENT) {
    memory.copy(out, a, aBytes);
    return <i32>aBytes;
  }
  const aExponent = <isize>load<u16>(a);
  const bExponent = <isize>load<u16>(b);
  const aEnd = a + aBytes;
  const bEnd = b + bBytes;
  const exponent = min<isize>(aExponent, bExponent);
  // One byte more than either needs, so that nothing is carried out of it.
  const end = max<isize>(aExponent + <isize>aBytes, bExponent + <isize>bBytes) - <isize>EXPONENT + 1;
  if (end - exponent > <isize>(MOST - EXPONENT)) return -1;
  let carry: u32 = 0;
  for (let place = exponent; place < end; place++) {
    const sum = byteOf(a + EXPONENT, aEnd, place - aExponent) + byteOf(b + EXPONENT, bEnd, place - bExponent) + carry;
    store<u8>(out + EXPONENT + <usize>(place - exponent), <u8>sum);
    carry = sum >> 8;
  }
  return normalize(out, <u32>exponent, <usize>(end - exponent));
}

/** Brings e and m of so many bytes into their one form. */
function normalize(out: usize, exponent: u32, bytes: usize): i32 {
  let low = out + EXPONENT;
  let end = low + bytes;
  while (low < end && load<u8>(low) == 0) low++;
  while (end - low > 1 && <u32>load<u8>(end - 1) == signOf(<u32>load<u8>(end - 2))) end--;
  store<u16>(out, low == end ? 0 : <u16>(exponent + <u32>(low - out - EXPONENT)));
  memory.copy(out + EXPONENT, low, end - low);
  return <i32>(EXPONENT + end - low);
}

/** The bits of the double nearest to a sum, ties to even; zero is +0. Those of infinity when it overflows. Not of null. */
export function nearestDoubleOfSum(sum: usize, sumBytes: usize): u64 {
  if (sumBytes <= EXPONENT) return 0;
  if (!magnitude) magnitude = allocate(MOST);
  const bytes = sumBytes - EXPONENT;
  const negative = load<u8>(sum + sumBytes - 1) > 127;
  let carry = <u32>negative;
  const flip: u32 = negative ? 255 : 0;
  for (let i: usize = 0; i < bytes; i++) {
    carry += <u32>load<u8>(sum + EXPONENT + i) ^ flip;
    store<u8>(magnitude + i, <u8>carry);
    carry >>= 8;
  }
  const top = load<u8>(magnitude + bytes - 1) == 0 ? bytes - 1 : bytes;
  const bits = roundedBits(top, <i64>load<u16>(sum));
  return negative && bits < INFINITY_BITS ? bits | 0x8000000000000000 : bits;
}

/** Of the magnitude of `bytes` bytes, the highest of them not 0, times 256^exponent. */
function roundedBits(bytes: usize, exponent: i64): u64 {
  let top: u64 = 0;
  let next = bytes;
  for (let i = 0; i < 8; i++) top = (top << 8) | (next > 0 ? <u64>load<u8>(magnitude + --next) : 0);
  const zeros = clz<u64>(top);
  const below: u64 = next > 0 ? <u64>load<u8>(magnitude + --next) : 0;
  top = (top << zeros) | (below >> (8 - zeros));
  let isExact = ((below << zeros) & 255) == 0;
  while (next > 0 && isExact) isExact = load<u8>(magnitude + --next) == 0;
  const length = 8 * (<i64>bytes + exponent) - <i64>zeros;
  // Below 2^53 units their number is the bit pattern itself.
  if (length <= PRECISION) return top >> <u64>(64 - length);
  const shift = length - PRECISION;
  if (shift >= 0x7ff) return INFINITY_BITS;
  const rest = top & 0x7ff;
  const significand = top >> 11;
  const up = rest > 0x400 || (rest == 0x400 && (!isExact || (significand & 1) == 1));
  // The hidden bit adds 1 to the exponent field, and one that is rounded up to 2^53 two.
  const bits = (<u64>shift << 52) + significand + <u64>up;
  return min<u64>(bits, INFINITY_BITS);
}

/**
 * Writes the sums of rows [from, to) of a column: as they are, but where `touchTo` (row numbers, ascending, that begin with `first` for
 * row `from`) names one, with that of a row of another column added. There the double is written too, and its flag set.
 *
 *   job, u32 each: lengths | starts | bytes of the column | the same three of the other one | doubles | flags | out lengths | out bytes
 *   | end of the room for out bytes | row `from` and what is done: next row | touches done | bytes written
 *
 * The outputs begin with row `from`: move them on between calls. @returns 0 when all rows are done; 1 when there is more room needed;
 * 2 for a sum beyond the range of doubles, 3 for bytes that are no sum, both in the row of the next touch
 */
export function mergeSums(job: usize, to: u32, first: u32, touchTo: usize, touchFrom: usize, touches: u32): i32 {
  const lengths = <usize>load<u32>(job);
  const starts = <usize>load<u32>(job, 4);
  const values = <usize>load<u32>(job, 8);
  const otherStarts = <usize>load<u32>(job, 16);
  const otherValues = <usize>load<u32>(job, 20);
  const doubles = <usize>load<u32>(job, 24);
  const flags = <usize>load<u32>(job, 28);
  const outLengths = <usize>load<u32>(job, 32);
  const outBytes = <usize>load<u32>(job, 36);
  const limit = <usize>load<u32>(job, 40);
  const from = load<u32>(job, 44);
  let row = load<u32>(job, 48);
  let touch = load<u32>(job, 52);
  let out = outBytes + <usize>load<u32>(job, 56);
  let answer = 0;
  while (row < to) {
    const touched = touch < touches ? min<u32>(to, from + load<u32>(touchTo + 4 * <usize>touch) - first) : to;
    const begin = load<u32>(starts + 4 * <usize>row);
    let next = touched;
    let bytes = <usize>(load<u32>(starts + 4 * <usize>next) - begin);
    while (next > row && out + bytes + 2 * MOST > limit) {
      next = row + ((next - row) >> 1);
      bytes = <usize>(load<u32>(starts + 4 * <usize>next) - begin);
    }
    if (out + bytes + 2 * MOST > limit || (next == row && next < touched)) {
      answer = 1;
      break;
    }
    memory.copy(out, values + <usize>begin, bytes);
    memory.copy(outLengths + 2 * <usize>(row - from), lengths + 2 * <usize>row, 2 * <usize>(next - row));
    out += bytes;
    row = next;
    if (row < touched || row == to) continue;
    const place = <usize>load<u32>(touchTo + 4 * <usize>touch);
    const source = starts + 4 * <usize>row;
    const other = otherStarts + 4 * <usize>load<u32>(touchFrom + 4 * <usize>touch);
    const a = values + <usize>load<u32>(source);
    const b = otherValues + <usize>load<u32>(other);
    const sum = addSums(a, <usize>(load<u32>(source, 4) - load<u32>(source)), b, <usize>(load<u32>(other, 4) - load<u32>(other)), out);
    answer = finishSum(out, sum, doubles + 8 * place, flags + place);
    if (answer) break;
    store<u16>(outLengths + 2 * <usize>(row - from), <u16>sum);
    out += <usize>sum;
    row++;
    touch++;
  }
  store<u32>(job, row, 48);
  store<u32>(job, touch, 52);
  store<u32>(job, <u32>(out - outBytes), 56);
  return answer;
}

function finishSum(sum: usize, bytes: i32, double: usize, flag: usize): i32 {
  if (bytes < 0) return 3;
  if (bytes == 0) return 0;
  const bits = nearestDoubleOfSum(sum, <usize>bytes);
  if (bits == INFINITY_BITS) return 2;
  store<u64>(double, bits);
  store<u8>(flag, 1);
  return 0;
}
