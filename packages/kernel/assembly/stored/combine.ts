// Adds values of rows to those of the rows that they touch, and adds up whole columns. `to` and `from`: u32 row numbers. Flags are
// u8, 1 where there is a value, or no address at all when every row has one. 3 ns a touched row.

const ADD: i32 = 0;
const LEAST: i32 = 1;

/** Where the rows that are to be touched lie. */
// @ts-ignore: decorator
@inline
function has(valid: usize, row: usize): bool {
  return valid ? load<u8>(valid + row) != 0 : true;
}

/**
 * i64: sums (kind 0), least (1) or greatest (2).
 * @returns the number of the first touch whose sum does not fit, which is not stored; `count` when all do
 */
export function combineLongs(
  kind: i32,
  out: usize,
  outValid: usize,
  values: usize,
  valid: usize,
  to: usize,
  from: usize,
  count: u32,
): u32 {
  for (let i: usize = 0; i < <usize>count; i++) {
    const source = <usize>load<u32>(from + 4 * i);
    if (!has(valid, source)) continue;
    const row = <usize>load<u32>(to + 4 * i);
    const a = load<i64>(out + 8 * row);
    const b = load<i64>(values + 8 * source);
    let value = b;
    if (has(outValid, row)) {
      if (kind == ADD) {
        value = a + b;
        if (((a ^ value) & (b ^ value)) < 0) return <u32>i;
      } else value = (kind == LEAST) == a < b ? a : b;
    } else store<u8>(outValid + row, 1);
    store<i64>(out + 8 * row, value);
  }
  return count;
}

/** f64: the least (kind 1) or the greatest (2). There is no NaN. */
export function combineDoubles(
  kind: i32,
  out: usize,
  outValid: usize,
  values: usize,
  valid: usize,
  to: usize,
  from: usize,
  count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const source = <usize>load<u32>(from + 4 * i);
    if (!has(valid, source)) continue;
    const row = <usize>load<u32>(to + 4 * i);
    const b = load<f64>(values + 8 * source);
    if (has(outValid, row)) {
      const a = load<f64>(out + 8 * row);
      if (kind == LEAST ? b < a : b > a) store<f64>(out + 8 * row, b);
    } else {
      store<u8>(outValid + row, 1);
      store<f64>(out + 8 * row, b);
    }
  }
}

/** Adds i64 values to the i128 at `total`, low word first. */
export function addLongs(values: usize, count: u32, total: usize): void {
  let low: u64 = load<u64>(total);
  let high: i64 = load<i64>(total, 8);
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = load<i64>(values + 8 * i);
    const next = low + <u64>value;
    high += (value >> 63) + <i64>(next < low);
    low = next;
  }
  store<u64>(total, low);
  store<i64>(total, high, 8);
}
