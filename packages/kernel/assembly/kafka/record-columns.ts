// What is known of the records of a batch, by column: a block of the host's, with room for `capacity` records. The same places
// are said for the host in packages/kernel/src/exports/kafka.ts. Column at capacity x:
//
//    0  offset i64            16  value's address u32      24  key's address u32      32  headers' address u32
//    8  timestamp i64, ms     20  value's length i32       28  key's length i32       36  headers' length i32
//
// A length of -1 is null. Headers begin with their number (a varint), which is there when there are none, too.

// @ts-ignore: decorator
@inline
export function offsetColumn(columns: usize, _capacity: usize): usize {
  return columns;
}
// @ts-ignore: decorator
@inline
export function timestampColumn(columns: usize, capacity: usize): usize {
  return columns + 8 * capacity;
}
// @ts-ignore: decorator
@inline
export function valueAtColumn(columns: usize, capacity: usize): usize {
  return columns + 16 * capacity;
}
// @ts-ignore: decorator
@inline
export function valueLengthColumn(columns: usize, capacity: usize): usize {
  return columns + 20 * capacity;
}
// @ts-ignore: decorator
@inline
export function keyAtColumn(columns: usize, capacity: usize): usize {
  return columns + 24 * capacity;
}
// @ts-ignore: decorator
@inline
export function keyLengthColumn(columns: usize, capacity: usize): usize {
  return columns + 28 * capacity;
}
// @ts-ignore: decorator
@inline
export function headersAtColumn(columns: usize, capacity: usize): usize {
  return columns + 32 * capacity;
}
// @ts-ignore: decorator
@inline
export function headersLengthColumn(columns: usize, capacity: usize): usize {
  return columns + 36 * capacity;
}
