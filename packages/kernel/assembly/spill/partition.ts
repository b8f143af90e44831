// Which partition a fingerprint belongs to: by the high half of h1, which neither its owner (decide/route.ts) nor its place in
// the table of keys depends on. A partition can be taken in several passes, of one section of it each.
export const MAX_PARTITIONS: i32 = 256;

// @ts-ignore: decorator
@inline
export function partitionOf(h1: u64, partitions: u64): u32 {
  return <u32>(((h1 >> 32) * partitions) >> 32);
}

/** Which of so many sections of its partition. */
// @ts-ignore: decorator
@inline
export function sectionOf(h1: u64, partitions: u64, sections: u64): u32 {
  return <u32>((((h1 >> 32) * partitions) & 0xffffffff) * sections >> 32);
}

/** Where each partition's bytes begin in the frame buffer, and where the last ones end: u32[MAX_PARTITIONS + 1]. */
export const partitionStarts = memory.data(4 * 257, 16);
/** Rows of each partition, and then where its next one goes. */
const counts = memory.data(4 * 256, 16);

export function partitionStartsAt(): usize {
  return partitionStarts;
}

export function clearCounts(): void {
  memory.fill(counts, 0, 4 * <usize>MAX_PARTITIONS);
}
// @ts-ignore: decorator
@inline
export function countOf(partition: u32): u32 {
  return load<u32>(counts + 4 * <usize>partition);
}
// @ts-ignore: decorator
@inline
export function setCount(partition: u32, count: u32): void {
  store<u32>(counts + 4 * <usize>partition, count);
}
export function setPartitionStart(partition: i32, place: usize): void {
  store<u32>(partitionStarts + 4 * <usize>partition, <u32>place);
}
