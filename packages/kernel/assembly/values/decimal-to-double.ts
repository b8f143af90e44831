// The double nearest to a decimal number, ties to even. Three ways, from the cheapest: one division or multiplication of two
// exact doubles (Clinger), a product with a 128-bit power of five (Eisel-Lemire), the host. 2, 6 and several 100 ns.
import { doublePower, MAX_EXACT_POWER } from './powers-of-ten';

/** The double nearest to the number text at this address. */
// @ts-ignore: decorator
@external("env", "parseDouble")
declare function parseDouble(at: usize, length: u32): f64;

/** Integers up to this one are doubles. */
export const MAX_EXACT_INTEGER: u64 = 9007199254740992;

const FIRST_POWER: i32 = -40;
const LAST_POWER: i32 = 40;
/**
 * 5^q for q from FIRST_POWER to LAST_POWER, shifted so that its highest bit is bit 127: high word, low word. Truncated, for
 * negative q rounded up, as D. Lemire, "Number Parsing at a Gigabyte per Second", wants it.
 */
const POWERS_OF_FIVE = memory.data<u64>(
  [
    0x8b61313bbabce2c6, 0x2323ac4b3b3da015, 0xae397d8aa96c1b77, 0xabec975e0a0d081a,
    0xd9c7dced53c72255, 0x96e7bd358c904a21, 0x881cea14545c7575, 0x7e50d64177da2e54,
    0xaa242499697392d2, 0xdde50bd1d5d0b9e9, 0xd4ad2dbfc3d07787, 0x955e4ec64b44e864,
    0x84ec3c97da624ab4, 0xbd5af13bef0b113e, 0xa6274bbdd0fadd61, 0xecb1ad8aeacdd58e,
    0xcfb11ead453994ba, 0x67de18eda5814af2, 0x81ceb32c4b43fcf4, 0x80eacf948770ced7,
    0xa2425ff75e14fc31, 0xa1258379a94d028d, 0xcad2f7f5359a3b3e, 0x096ee45813a04330,
    0xfd87b5f28300ca0d, 0x8bca9d6e188853fc, 0x9e74d1b791e07e48, 0x775ea264cf55347e,
    0xc612062576589dda, 0x95364afe032a819e, 0xf79687aed3eec551, 0x3a83ddbd83f52205,
    0x9abe14cd44753b52, 0xc4926a9672793543, 0xc16d9a0095928a27, 0x75b7053c0f178294,
    0xf1c90080baf72cb1, 0x5324c68b12dd6339, 0x971da05074da7bee, 0xd3f6fc16ebca5e04,
    0xbce5086492111aea, 0x88f4bb1ca6bcf585, 0xec1e4a7db69561a5, 0x2b31e9e3d06c32e6,
    0x9392ee8e921d5d07, 0x3aff322e62439fd0, 0xb877aa3236a4b449, 0x09befeb9fad487c3,
    0xe69594bec44de15b, 0x4c2ebe687989a9b4, 0x901d7cf73ab0acd9, 0x0f9d37014bf60a11,
    0xb424dc35095cd80f, 0x538484c19ef38c95, 0xe12e13424bb40e13, 0x2865a5f206b06fba,
    0x8cbccc096f5088cb, 0xf93f87b7442e45d4, 0xafebff0bcb24aafe, 0xf78f69a51539d749,
    0xdbe6fecebdedd5be, 0xb573440e5a884d1c, 0x89705f4136b4a597, 0x31680a88f8953031,
    0xabcc77118461cefc, 0xfdc20d2b36ba7c3e, 0xd6bf94d5e57a42bc, 0x3d32907604691b4d,
    0x8637bd05af6c69b5, 0xa63f9a49c2c1b110, 0xa7c5ac471b478423, 0x0fcf80dc33721d54,
    0xd1b71758e219652b, 0xd3c36113404ea4a9, 0x83126e978d4fdf3b, 0x645a1cac083126ea,
    0xa3d70a3d70a3d70a, 0x3d70a3d70a3d70a4, 0xcccccccccccccccc, 0xcccccccccccccccd,
    0x8000000000000000, 0x0000000000000000, 0xa000000000000000, 0x0000000000000000,
    0xc800000000000000, 0x0000000000000000, 0xfa00000000000000, 0x0000000000000000,
    0x9c40000000000000, 0x0000000000000000, 0xc350000000000000, 0x0000000000000000,
    0xf424000000000000, 0x0000000000000000, 0x9896800000000000, 0x0000000000000000,
    0xbebc200000000000, 0x0000000000000000, 0xee6b280000000000, 0x0000000000000000,
    0x9502f90000000000, 0x0000000000000000, 0xba43b74000000000, 0x0000000000000000,
    0xe8d4a51000000000, 0x0000000000000000, 0x9184e72a00000000, 0x0000000000000000,
    0xb5e620f480000000, 0x0000000000000000, 0xe35fa931a0000000, 0x0000000000000000,
    0x8e1bc9bf04000000, 0x0000000000000000, 0xb1a2bc2ec5000000, 0x0000000000000000,
    0xde0b6b3a76400000, 0x0000000000000000, 0x8ac7230489e80000, 0x0000000000000000,
    0xad78ebc5ac620000, 0x0000000000000000, 0xd8d726b7177a8000, 0x0000000000000000,
    0x878678326eac9000, 0x0000000000000000, 0xa968163f0a57b400, 0x0000000000000000,
    0xd3c21bcecceda100, 0x0000000000000000, 0x84595161401484a0, 0x0000000000000000,
    0xa56fa5b99019a5c8, 0x0000000000000000, 0xcecb8f27f4200f3a, 0x0000000000000000,
    0x813f3978f8940984, 0x4000000000000000, 0xa18f07d736b90be5, 0x5000000000000000,
    0xc9f2c9cd04674ede, 0xa400000000000000, 0xfc6f7c4045812296, 0x4d00000000000000,
    0x9dc5ada82b70b59d, 0xf020000000000000, 0xc5371912364ce305, 0x6c28000000000000,
    0xf684df56c3e01bc6, 0xc732000000000000, 0x9a130b963a6c115c, 0x3c7f400000000000,
    0xc097ce7bc90715b3, 0x4b9f100000000000, 0xf0bdc21abb48db20, 0x1e86d40000000000,
    0x96769950b50d88f4, 0x1314448000000000, 0xbc143fa4e250eb31, 0x17d955a000000000,
    0xeb194f8e1ae525fd, 0x5dcfab0800000000,
  ],
  16,
);

/**
 * The double nearest to mantissa * 10^exponent, which is the value of the text without its sign. The mantissa has at most 19
 * digits. Infinity when it overflows.
 */
export function decimalToDouble(mantissa: u64, exponent: i32, at: usize, length: u32): f64 {
  if (mantissa == 0) return 0;
  if (mantissa <= MAX_EXACT_INTEGER) {
    const exact = <f64>(<i64>mantissa);
    if (exponent >= 0) {
      if (exponent <= MAX_EXACT_POWER) return exact * doublePower(exponent);
    } else if (exponent >= -MAX_EXACT_POWER) return exact / doublePower(-exponent);
  }
  if (exponent >= FIRST_POWER && exponent <= LAST_POWER) return byProduct(mantissa, exponent);
  return abs<f64>(parseDouble(at, length));
}

/** {@link decimalToDouble} of a text that the caller did not take apart, with its sign. */
export function doubleByHost(at: usize, length: u32): f64 {
  return parseDouble(at, length);
}

const FRACTION_BITS: u64 = 52;
/** Of the product's high word: what lies below the fraction, a rounding bit and one bit for the product's own length. */
const BELOW: u64 = 0x1ff;
/** A tie between two doubles is possible for these powers only. */
const MIN_TIE_POWER: i32 = -4;
const MAX_TIE_POWER: i32 = 23;

let productHigh: u64 = 0;
let productLow: u64 = 0;

/**
 * Eisel-Lemire: the product of the mantissa and 5^exponent to 128 bits decides the rounding. The powers here are so small
 * that nothing overflows and nothing is subnormal.
 */
function byProduct(mantissa: u64, exponent: i32): f64 {
  const leadingZeros = clz<u64>(mantissa);
  const w = mantissa << leadingZeros;
  const power = POWERS_OF_FIVE + 16 * <usize>(exponent - FIRST_POWER);
  multiply(w, load<u64>(power));
  let high = productHigh;
  let low = productLow;
  if ((high & BELOW) == BELOW) {
    // The bits that are missing could carry into the fraction: refine.
    multiply(w, load<u64>(power, 8));
    low += productHigh;
    if (productHigh > low) high++;
  }
  const upper = high >> 63;
  const shift = upper + 64 - FRACTION_BITS - 3;
  let fraction = high >> shift;
  let binary = <u64>(((217706 * exponent) >> 16) + 63 + 1023) + upper - leadingZeros;
  if (low <= 1 && exponent >= MIN_TIE_POWER && exponent <= MAX_TIE_POWER && (fraction & 3) == 1) {
    if (fraction << shift == high) fraction &= ~1;
  }
  fraction = (fraction + (fraction & 1)) >> 1;
  if (fraction >= <u64>2 << FRACTION_BITS) {
    fraction = <u64>1 << FRACTION_BITS;
    binary++;
  }
  return reinterpret<f64>((fraction & ~(<u64>1 << FRACTION_BITS)) | (binary << FRACTION_BITS));
}

/** 64 by 64 bits to 128. */
function multiply(a: u64, b: u64): void {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  productHigh = aHigh * bHigh + (middle >> 32) + (other >> 32);
  productLow = (other << 32) | (low & 0xffffffff);
}
