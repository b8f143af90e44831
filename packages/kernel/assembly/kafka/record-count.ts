// How many records so many bytes can hold. Keeps a wrong count from being believed before the first record was read.

/** The least record: its length, attributes, two deltas, no key, no value, no headers. */
const LEAST_RECORD_BYTES: u64 = 7;

/** Whether so many uncompressed bytes may be so many records: none have no bytes, and no bytes have none. */
export function countFits(count: i32, bytes: usize): bool {
  if (!count) return bytes == 0;
  return <u64>count * LEAST_RECORD_BYTES <= <u64>bytes;
}
