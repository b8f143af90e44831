import { unreadable } from '../parquet/unreadable.ts';

/** Of a sum: the bytes of its exponent. See `encodeSum` of packages/sidecar. */
const EXPONENT_BYTES = 2;
/** Significant bits of a double. */
const PRECISION = 53;
/** The exponent of the unit: 2^-1074. */
const UNIT = -1074;

/** The bytes `[from, to)` hold an exact sum as packages/sidecar encodes it: none for null, else u16 e and m, for m * 256^e units. */
export interface SumBytes {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/**
 * Adds exact sums byte by byte, as integers of any size, without a BigInt: a merge adds two for each group that gets late rows.
 * It holds the last result.
 */
export class ExactSum {
  #bytes = new Uint8Array(64);
  #magnitude = new Uint8Array(64);
  #length = 0;

  /** The encoded result: a view until the next {@link add}. */
  get encoded(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Null and a sum is that sum. @throws HM_LEDGER_004 for bytes that are no sum */
  add(a: SumBytes, b: SumBytes): void {
    if (bytesOf(a) <= EXPONENT_BYTES && bytesOf(b) > 0) this.#copy(b);
    else if (bytesOf(b) <= EXPONENT_BYTES) this.#copy(a);
    else this.#addIntegers(a, b);
  }

  /** The double nearest to the result, ties to even; zero is +0. Null when it overflows, as it does from 2^1024 - 2^970 on. Not for a null sum. */
  nearestDouble(): number | null {
    if (this.#length === EXPONENT_BYTES) return 0;
    const isNegative = (this.#bytes[this.#length - 1] as number) > 127;
    const bytes = this.#setMagnitude(isNegative);
    const magnitude = this.#magnitude;
    const top = magnitude[bytes - 1] as number;
    const exponent = exponentOf(this.#bytes, 0);
    const bits = 8 * (bytes - 1 + exponent) + 32 - Math.clz32(top);
    // Below 2^53 units the whole number of them is the nearest double itself.
    const double =
      bits <= PRECISION
        ? wholeOf(magnitude, bytes, exponent) * Number.MIN_VALUE
        : roundedTop(magnitude, bytes) * 2 ** (bits - PRECISION + UNIT);
    if (double === Number.POSITIVE_INFINITY) return null;
    return isNegative ? -double : double;
  }

  #copy({ bytes, from, to }: SumBytes): void {
    this.#room(to - from);
    for (let at = from; at < to; at++) this.#bytes[at - from] = bytes[at] as number;
    this.#length = to - from;
  }

  /** Two's complement with one byte more than either needs, so that nothing is carried out of it. */
  #addIntegers(a: SumBytes, b: SumBytes): void {
    const aExponent = exponentOf(a.bytes, a.from);
    const bExponent = exponentOf(b.bytes, b.from);
    const exponent = Math.min(aExponent, bExponent);
    const end = Math.max(aExponent + bytesOf(a), bExponent + bytesOf(b)) - EXPONENT_BYTES + 1;
    this.#room(end - exponent + EXPONENT_BYTES);
    const out = this.#bytes;
    let carry = 0;
    for (let place = exponent; place < end; place++) {
      const sum = byteAt(a, place - aExponent) + byteAt(b, place - bExponent) + carry;
      out[place - exponent + EXPONENT_BYTES] = sum & 255;
      carry = sum >> 8;
    }
    this.#normalize(exponent, end - exponent);
  }

  /** The one form that a sum has: no zero byte at the low end, and no byte at the high end that only repeats the sign. */
  #normalize(exponent: number, significandBytes: number): void {
    const out = this.#bytes;
    let low = EXPONENT_BYTES;
    let end = EXPONENT_BYTES + significandBytes;
    while (low < end && out[low] === 0) low++;
    while (end - low > 1 && out[end - 1] === signOf(out[end - 2] as number)) end--;
    const dropped = low - EXPONENT_BYTES;
    const normal = low === end ? 0 : exponent + dropped;
    out.copyWithin(EXPONENT_BYTES, low, end);
    out[0] = normal & 255;
    out[1] = normal >> 8;
    this.#length = EXPONENT_BYTES + end - low;
  }

  /** @returns how many bytes the magnitude has, the lowest first and the last one not 0 */
  #setMagnitude(isNegative: boolean): number {
    const bytes = this.#length - EXPONENT_BYTES;
    let carry = Number(isNegative);
    for (let index = 0; index < bytes; index++) {
      const byte = this.#bytes[EXPONENT_BYTES + index] as number;
      const sum = (isNegative ? byte ^ 255 : byte) + carry;
      this.#magnitude[index] = sum & 255;
      carry = sum >> 8;
    }
    return this.#magnitude[bytes - 1] === 0 ? bytes - 1 : bytes;
  }

  #room(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(2 * bytes);
    this.#magnitude = new Uint8Array(2 * bytes);
  }
}

function bytesOf({ from, to }: SumBytes): number {
  return to - from === 1 ? unreadable('an exact sum has a single byte') : to - from;
}

function exponentOf(bytes: Uint8Array, from: number): number {
  return (bytes[from] as number) + 256 * (bytes[from + 1] as number);
}

/** What stands before the highest byte of an integer. */
function signOf(highest: number): number {
  return highest > 127 ? 255 : 0;
}

/** A byte of the integer: 0 below it, its sign above. */
function byteAt({ bytes, from, to }: SumBytes, index: number): number {
  if (index < 0) return 0;
  const at = from + EXPONENT_BYTES + index;
  return at < to ? (bytes[at] as number) : signOf(bytes[to - 1] as number);
}

/** An integer below 2^53. */
function wholeOf(magnitude: Uint8Array, bytes: number, exponent: number): number {
  let whole = 0;
  for (let index = bytes - 1; index >= 0; index--) whole = 256 * whole + (magnitude[index] as number);
  return whole * 256 ** exponent;
}

/** The highest 53 bits, rounded to nearest by those below, ties to even. It may become 2^53. */
function roundedTop(magnitude: Uint8Array, bytes: number): number {
  let index = bytes - 1;
  let top = magnitude[index] as number;
  let bits = 32 - Math.clz32(top);
  for (; bits + 8 <= PRECISION; bits += 8) top = 256 * top + (magnitude[--index] ?? 0);
  const missing = PRECISION - bits;
  const next = magnitude[--index] ?? 0;
  top = top * 2 ** missing + (next >> (8 - missing));
  const rest = (next << missing) & 255;
  if (rest < 128) return top;
  const isTie = rest === 128 && isZero(magnitude, index);
  return isTie && top % 2 === 0 ? top : top + 1;
}

function isZero(bytes: Uint8Array, end: number): boolean {
  for (let index = 0; index < end; index++) if (bytes[index] !== 0) return false;
  return true;
}
