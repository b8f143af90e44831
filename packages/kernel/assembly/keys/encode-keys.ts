// Writes sorted fingerprints as a file of fingerprints has them (docs/formats/sidecars.md): by buckets, of which only the last bytes
// of each key are stored, big-endian. Reads keys of 16 bytes, h1 and h2; writes suffixes and how many keys each bucket has. 2-3 ns a key.

/** Bytes 7 to 0 of each half: big-endian. */
const ORDER = i8x16(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
const order = memory.data(32, 16);

/**
 * The first `bits` bits of a key name its bucket; `first` is that of the first of `buckets`. `counts` gets u32 each; `out` the
 * suffixes, and up to 15 bytes behind them.
 */
export function encodeKeys(keys: usize, count: i32, bits: i32, first: u32, buckets: i32, suffixBytes: i32, counts: usize, out: usize): void {
  memory.fill(counts, 0, 4 * <usize>buckets);
  const shift = 64 - <u64>bits;
  v128.store(order, ORDER);
  const suffix = v128.load(order + 16 - <usize>suffixBytes);
  const end = keys + 16 * <usize>count;
  for (let at = keys; at < end; at += 16) {
    const bucket = bits ? <u32>(load<u64>(at) >> shift) - first : 0;
    const counter = counts + 4 * <usize>bucket;
    store<u32>(counter, load<u32>(counter) + 1);
    v128.store(out, v128.swizzle(v128.load(at), suffix));
    out += <usize>suffixBytes;
  }
}

/** Copies the keys whose first `bits` bits are `prefix`; returns how many they are. Up to 16 bytes behind them are written. */
export function chooseKeys(keys: usize, count: i32, bits: i32, prefix: u32, out: usize): i32 {
  let to = out;
  const shift = 64 - <u64>bits;
  const end = keys + 16 * <usize>count;
  for (let at = keys; at < end; at += 16) {
    const key = v128.load(at);
    v128.store(to, key);
    const isWanted = bits == 0 || <u64>i64x2.extract_lane(key, 0) >> shift == <u64>prefix;
    to += 16 * <usize>isWanted;
  }
  return <i32>((to - out) >>> 4);
}
