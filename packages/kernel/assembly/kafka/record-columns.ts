// What is known of the records of a batch, by column: a block of the host's, with room for `capacity` records. The same places
// are said for the host in packages/kernel/src/exports/kafka.ts. Column at capacity x:
//
//    0  offset i64            16  value's address u32      24  key's address u32      32  headers' address u32
//    8  timestamp i64, ms     20  value's length i32       28  key's length i32       36  headers' length i32
//
// A length of -1 is null. Headers begin with their number (a varint), which is there when there are none, too.

export const OFFSETS: usize = 0;
export const TIMESTAMPS: usize = 8;
export const VALUES_AT: usize = 16;
export const VALUE_LENGTHS: usize = 20;
export const KEYS_AT: usize = 24;
export const KEY_LENGTHS: usize = 28;
export const HEADERS_AT: usize = 32;
export const HEADERS_LENGTHS: usize = 36;

/** Where a column of the block begins. */
// @ts-ignore: decorator
@inline
export function columnAt(columns: usize, capacity: usize, column: usize): usize {
  return columns + column * capacity;
}
