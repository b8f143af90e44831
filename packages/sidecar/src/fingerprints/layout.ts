/** How a set of fingerprints is cut into files and buckets. A function of the number of keys alone, so that it is the same everywhere. */
export interface FingerprintLayout {
  /** There are `2 ** fileBits` files: the i-th holds the keys whose first bits are i. */
  readonly fileBits: number;
  /** Each has `2 ** bucketBits` buckets, of the next bits. */
  readonly bucketBits: number;
  /** Of a key of 16 bytes, big-endian, only the last so many are stored: the bits before are those of its bucket. */
  readonly suffixBytes: number;
}

const MOST_KEYS_OF_FILE = 2 ** 22;
const KEYS_OF_BUCKET = 128;
const MOST_FILE_BITS = 12;
const MOST_BUCKET_BITS = 16;

export function fingerprintLayout(keys: number): FingerprintLayout {
  const fileBits = bitsOf(keys / MOST_KEYS_OF_FILE, MOST_FILE_BITS);
  const bucketBits = bitsOf(keys / 2 ** fileBits / KEYS_OF_BUCKET, MOST_BUCKET_BITS);
  return { fileBits, bucketBits, suffixBytes: 16 - Math.floor((fileBits + bucketBits) / 8) };
}

/** The fewest bits, up to `most`, that tell so many apart. */
function bitsOf(count: number, most: number): number {
  return Math.min(most, Math.max(0, Math.ceil(Math.log2(count))));
}
