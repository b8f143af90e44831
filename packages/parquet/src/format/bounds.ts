/** The least or greatest value of a column as statistics hold it: PLAIN, without a length. */
export interface Bound {
  readonly bytes: Uint8Array;
  /** False: no value passes it, but none need equal it. */
  readonly exact: boolean;
}

/** What is known of the values of a column in a row group. A bound is null when there is no value, or none that fits. */
export interface Statistics {
  readonly nulls: number;
  readonly least: Bound | null;
  readonly greatest: Bound | null;
}

/** Longer strings are cut in statistics. */
const MAX_STRING_BYTES = 64;
const MAX_CODE_POINT = 0x10ffff;

export function longBound(value: bigint): Bound {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return { bytes, exact: true };
}

/**
 * The rules of parquet.thrift for doubles: NaN is no bound, a least value of 0 is written as -0 and a greatest one of -0 as 0,
 * as readers may tell them apart or not.
 */
export function doubleBound(value: number, side: 'least' | 'greatest'): Bound | null {
  if (Number.isNaN(value)) return null;
  const zero = side === 'least' ? -0 : 0;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value === 0 ? zero : value, true);
  return { bytes, exact: true };
}

/**
 * UTF-8 bytes, whose order is that of code points. A long least value is cut behind a whole code point, which makes it less; of
 * a long greatest one the last code point that can is then raised by one.
 */
export function stringBound(utf8: Uint8Array, side: 'least' | 'greatest'): Bound | null {
  if (utf8.length <= MAX_STRING_BYTES) return { bytes: new Uint8Array(utf8), exact: true };
  let end = MAX_STRING_BYTES;
  while (isContinuation(utf8[end])) end -= 1;
  const text = new TextDecoder().decode(utf8.subarray(0, end));
  const bound = side === 'least' ? text : raised(text);
  return bound === null ? null : { bytes: new TextEncoder().encode(bound), exact: false };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** A short text that is greater than all texts that begin with this one; null when there is none. */
function raised(text: string): string | null {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  let last = points.length - 1;
  while (last >= 0 && points[last] === MAX_CODE_POINT) last -= 1;
  const point = points[last];
  if (point === undefined) return null;
  // Surrogates have no UTF-8.
  const next = point + 1 === 0xd800 ? 0xe000 : point + 1;
  return String.fromCodePoint(...points.slice(0, last), next);
}
