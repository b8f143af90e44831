/** A key in memory: h1 then h2, each 8 bytes little-endian. */
export const KEY_BYTES = 16;

/** Fingerprints as 32 hexadecimal digits, in any order and perhaps repeated, as sorted, distinct keys. */
export function keysOf(fingerprints: Iterable<string>): Uint8Array {
  const sorted = [...new Set(fingerprints)].sort();
  const keys = new Uint8Array(sorted.length * KEY_BYTES);
  const view = viewOf(keys);
  sorted.forEach((fingerprint, index) => {
    view.setBigUint64(index * KEY_BYTES, BigInt(`0x${fingerprint.slice(0, 16)}`), true);
    view.setBigUint64(index * KEY_BYTES + 8, BigInt(`0x${fingerprint.slice(16)}`), true);
  });
  return keys;
}

/** Keys as fingerprints, in their order. */
export function fingerprintsOf(keys: Uint8Array): string[] {
  const view = viewOf(keys);
  return Array.from({ length: keys.length / KEY_BYTES }, (_, index) => {
    const halves = [0, 8].map((half) => view.getBigUint64(index * KEY_BYTES + half, true));
    return halves.map((half) => half.toString(16).padStart(16, '0')).join('');
  });
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The keys with `from <= h1 < to`: these very bytes where all are, else a copy. */
export function keysBetween(keys: Uint8Array, from: bigint, to: bigint): Uint8Array {
  const view = viewOf(keys);
  const [least, limit] = [halvesOf(from), halvesOf(to)];
  const isBetween = (at: number): boolean => {
    const high = view.getUint32(at + 4, true);
    const low = view.getUint32(at, true);
    return !isBelow(high, low, least) && isBelow(high, low, limit);
  };
  let first = 0;
  while (first < keys.length && isBetween(first)) first += KEY_BYTES;
  // Mostly all are, and then nothing is copied.
  if (first === keys.length) return keys;
  const between = keys.slice();
  let length = first;
  for (let at = first; at < keys.length; at += KEY_BYTES) {
    if (!isBetween(at)) continue;
    between.copyWithin(length, at, at + KEY_BYTES);
    length += KEY_BYTES;
  }
  return between.subarray(0, length);
}

interface Halves {
  readonly high: number;
  readonly low: number;
}

/** Of a number up to 2^64: numbers are compared many times faster than bigints. */
function halvesOf(value: bigint): Halves {
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
}

function isBelow(high: number, low: number, limit: Halves): boolean {
  return high < limit.high || (high === limit.high && low < limit.low);
}
