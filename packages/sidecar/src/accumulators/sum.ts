import { HourmillError } from '@hourmill/core';

/** The bytes of an exponent. */
const EXPONENT_BYTES = 2;

/**
 * An exact sum as bytes: none for null (no value was added), else u16 e and then m, as the fewest bytes of two's complement, little-endian:
 * the sum is m * 256^e units. m is no multiple of 256; of the sum 0, m has no bytes and e is 0. So a sum has one form only.
 * @param units of 2^-1074, see `unitsOf` of packages/record; less than 2^500,000
 */
export function encodeSum(units: bigint | null): Uint8Array {
  if (units === null) return new Uint8Array(0);
  if (units === 0n) return new Uint8Array(EXPONENT_BYTES);
  const exponent = zeroBytes(units);
  const significand = units >> BigInt(exponent * 8);
  const size = sizeOf(significand);
  const sum = Buffer.alloc(EXPONENT_BYTES + size);
  sum.writeUInt16LE(exponent);
  if (size <= 8) WORD.setBigInt64(0, significand, true);
  const bytes = size <= 8 ? WORD_BYTES.subarray(0, size) : longBytes(significand, size);
  sum.set(bytes, EXPONENT_BYTES);
  return sum;
}

/** Most significands fit into it. */
const WORD_BYTES = new Uint8Array(8);
const WORD = new DataView(WORD_BYTES.buffer);

/** How many bytes at the end are 0. Its sign changes nothing in these. */
function zeroBytes(units: bigint): number {
  const digits = units.toString(16);
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return (digits.length - end) >>> 1;
}

/** The fewest bytes of two's complement. */
function sizeOf(value: bigint): number {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size += 1;
  return size;
}

function longBytes(value: bigint, size: number): Uint8Array {
  const digits = BigInt.asUintN(size * 8, value).toString(16);
  return Buffer.from(digits.padStart(size * 2, '0'), 'hex').reverse();
}

/** @throws HM_LEDGER_004 for bytes that {@link encodeSum} does not make */
export function decodeSum(bytes: Uint8Array): bigint | null {
  if (bytes.length === 0) return null;
  if (!isCanonical(bytes)) {
    throw new HourmillError('HM_LEDGER_004', `${Buffer.from(bytes).toString('hex')} is not an exact sum`);
  }
  if (bytes.length === EXPONENT_BYTES) return 0n;
  const exponent = (bytes[0] ?? 0) + (bytes[1] ?? 0) * 256;
  return significandOf(bytes.subarray(EXPONENT_BYTES)) << BigInt(exponent * 8);
}

function significandOf(bytes: Uint8Array): bigint {
  const last = bytes.at(-1) ?? 0;
  if (bytes.length <= 8) {
    WORD_BYTES.fill(last < 128 ? 0 : 255).set(bytes);
    return WORD.getBigInt64(0, true);
  }
  const digits = Buffer.from(bytes).reverse().toString('hex');
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${digits}`));
}

function isCanonical(bytes: Uint8Array): boolean {
  if (bytes.length <= EXPONENT_BYTES) return bytes.length === EXPONENT_BYTES && bytes[0] === 0 && bytes[1] === 0;
  const [last = 0, before] = [bytes.at(-1), bytes.length > EXPONENT_BYTES + 1 ? bytes.at(-2) : undefined];
  // A last byte that only says again what the sign of the one before is could be left out.
  const isRedundant = before !== undefined && last === (before < 128 ? 0 : 255);
  return bytes[EXPONENT_BYTES] !== 0 && !isRedundant;
}
