/** What the module exports of `assembly/keys`: fingerprints (16 bytes: h1, h2) on their way to a sidecar. */
export interface KeysExports {
  /** Copies the keys whose first `bits` bits of h1 are `prefix` to `out`, with 16 bytes of room behind. @returns how many they are */
  chooseKeys(keys: number, count: number, bits: number, prefix: number, out: number): number;
  /**
   * Sorts keys by h1, then h2, as unsigned numbers.
   * @param sameBits so many first bits of h1 are the same in all of them
   * @returns the address of the result: `keys` or `scratch`
   */
  sortKeys(keys: number, scratch: number, count: number, sameBits: number): number;
  /**
   * Writes sorted keys as buckets of suffixes.
   * @param bits so many first bits of h1 name a bucket; `first` is that of the first of `buckets`, all keys belong to one of them
   * @param counts gets the number of keys of each bucket, u32
   * @param out gets the last `suffixBytes` (1 to 16) of each key, big-endian, and up to 15 bytes more
   */
  encodeKeys(
    keys: number,
    count: number,
    bits: number,
    first: number,
    buckets: number,
    suffixBytes: number,
    counts: number,
    out: number,
  ): void;
}
