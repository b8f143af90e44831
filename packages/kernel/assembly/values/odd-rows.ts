// Rows that the loop over a block left out because their value has no usual form; a second loop takes them one by one.
// Shared by all operators of a block, which run one after the other.
import { PUNT } from '../layout';
import { flags } from '../block';

const rows = memory.data(4 * 144, 16);

/** The index-th odd row. */
// @ts-ignore: decorator
@inline
export function oddRow(index: i32): i32 {
  return load<i32>(rows + 4 * <usize>index);
}

// @ts-ignore: decorator
@inline
export function setOddRow(index: i32, row: i32): void {
  store<i32>(rows + 4 * <usize>index, row);
}

// @ts-ignore: decorator
@inline
export function isPunted(row: i32): bool {
  return (load<u8>(flags + <usize>row) & PUNT) != 0;
}

/** Leaves the row to the host. */
// @ts-ignore: decorator
@inline
export function punt(row: i32): void {
  addFlag(row, PUNT);
}

// @ts-ignore: decorator
@inline
export function addFlag(row: i32, flag: u8): void {
  store<u8>(flags + <usize>row, load<u8>(flags + <usize>row) | flag);
}
