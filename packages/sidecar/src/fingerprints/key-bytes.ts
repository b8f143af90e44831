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

/** The keys with `from <= h1 < to`: a view where these are all or none, else a copy. */
export function keysBetween(keys: Uint8Array, from: bigint, to: bigint): Uint8Array {
  const view = viewOf(keys);
  const isWithin = (at: number): boolean => {
    const h1 = view.getBigUint64(at, true);
    return h1 >= from && h1 < to;
  };
  const found: Uint8Array[] = [];
  for (let at = 0; at < keys.length; at += KEY_BYTES) if (isWithin(at)) found.push(keys.subarray(at, at + KEY_BYTES));
  return found.length * KEY_BYTES === keys.length ? keys : Buffer.concat(found);
}
