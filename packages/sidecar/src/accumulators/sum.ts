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
  const bytes = Buffer.from(twosComplement(units), 'hex').reverse();
  const exponent = bytes.findIndex((byte) => byte !== 0);
  if (exponent < 0) return new Uint8Array(EXPONENT_BYTES);
  const sum = Buffer.alloc(EXPONENT_BYTES + bytes.length - exponent);
  sum.writeUInt16LE(exponent);
  sum.set(bytes.subarray(exponent), EXPONENT_BYTES);
  return sum;
}

/** Hexadecimal, big-endian, in the fewest whole bytes that have room for the sign. */
function twosComplement(units: bigint): string {
  const magnitude = units < 0n ? -units - 1n : units;
  const bits = magnitude === 0n ? 1 : magnitude.toString(2).length + 1;
  const bytes = Math.ceil(bits / 8);
  return BigInt.asUintN(bytes * 8, units)
    .toString(16)
    .padStart(bytes * 2, '0');
}

/** @throws HM_LEDGER_004 for bytes that {@link encodeSum} does not make */
export function decodeSum(bytes: Uint8Array): bigint | null {
  if (bytes.length === 0) return null;
  const units = unitsIn(bytes);
  if (units === undefined || Buffer.compare(encodeSum(units), bytes) !== 0) {
    throw new HourmillError('HM_LEDGER_004', `${Buffer.from(bytes).toString('hex')} is not an exact sum`);
  }
  return units;
}

function unitsIn(bytes: Uint8Array): bigint | undefined {
  if (bytes.length < EXPONENT_BYTES) return undefined;
  if (bytes.length === EXPONENT_BYTES) return 0n;
  const significand = Buffer.from(bytes.subarray(EXPONENT_BYTES)).reverse();
  const exponent = (bytes[0] ?? 0) + (bytes[1] ?? 0) * 256;
  const unsigned = BigInt(`0x${significand.toString('hex')}`);
  return BigInt.asIntN(significand.length * 8, unsigned) << BigInt(exponent * 8);
}
