// The finished rows of a merge as columns, for a Parquet writer, in one allocation:
//
//   value(m)  8 bytes[capacity]  by metric: i64 or f64, 0 where it is null
//   events    i64[capacity]
//   bucket    u32[capacity]
//   rank(d)   u32[capacity]      by dimension: 0 null, else 1 + the place in the united dictionary
//   valid(m)  u8[capacity]       by metric: 1 where it has a value
//
// Behind the last column SLACK bytes can be read. The addresses stay the same until the next `openMerge`.
import { dimensionCount } from '../batch';
import { metricCount } from '../group-row';
import { SLACK } from '../layout';
import { allocate, release } from '../memory';

let columns: usize = 0;
let columnsBytes: usize = 0;
let capacity: usize = 0;

/** `rows`: room for so many, rounded up to a multiple of 8. */
export function openColumns(rows: i32): void {
  if (columns) release(columns, columnsBytes);
  capacity = (<usize>rows + 7) & ~(<usize>7);
  columnsBytes = capacity * (12 + 4 * <usize>dimensionCount + 9 * <usize>metricCount) + SLACK;
  columns = allocate(columnsBytes);
}

export function mergedValue(metric: i32): usize {
  return columns + 8 * capacity * <usize>metric;
}
export function mergedEvents(): usize {
  return mergedValue(metricCount);
}
export function mergedBucket(): usize {
  return mergedEvents() + 8 * capacity;
}
export function mergedRank(dimension: i32): usize {
  return mergedBucket() + 4 * capacity * <usize>(1 + dimension);
}
export function mergedValid(metric: i32): usize {
  return mergedRank(dimensionCount) + capacity * <usize>metric;
}
