// Numbers as dictionaries hold them: 8 bytes big-endian whose unsigned order is that of the values. A long has its sign bit
// flipped; a double its sign bit set or, when negative, all bits flipped. Back to what Parquet stores.

const SIGN: u64 = 0x8000000000000000;

// @ts-ignore: decorator
@inline
export function longOf(at: usize): u64 {
  return bswap(load<u64>(at)) ^ SIGN;
}

/** The bits of the double. */
// @ts-ignore: decorator
@inline
export function doubleOf(at: usize): u64 {
  const ordered = bswap(load<u64>(at));
  return <i64>ordered < 0 ? ordered ^ SIGN : ~ordered;
}
