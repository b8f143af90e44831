// Columns of 8-byte values: their range, and the values without the nulls between them.
// 0.5 to 1 ns a row.

/** Brings the values whose flag is set together. How many they are; `out` needs room for one more. */
export function compactValues(values: usize, valid: usize, count: i32, out: usize): i32 {
  let to = out;
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u64>(to, load<u64>(values + 8 * i));
    to += <usize>(load<u8>(valid + i) != 0) << 3;
  }
  return <i32>((to - out) >> 3);
}

/** Widens the range at `range` (least i64, greatest i64) by these values. */
export function rangeOfLongs(values: usize, count: i32, range: usize): void {
  const end = values + 8 * <usize>count;
  let least = v128.load64_splat(range);
  let greatest = v128.load64_splat(range, 8);
  for (; values < end; values += 16) {
    // The last of an odd number stands in both lanes.
    const pair = values + 16 <= end ? v128.load(values) : v128.load64_splat(values);
    least = v128.bitselect(pair, least, i64x2.gt_s(least, pair));
    greatest = v128.bitselect(pair, greatest, i64x2.gt_s(pair, greatest));
  }
  const other = i64x2.extract_lane(least, 1);
  const otherGreatest = i64x2.extract_lane(greatest, 1);
  store<i64>(range, min<i64>(i64x2.extract_lane(least, 0), other));
  store<i64>(range, max<i64>(i64x2.extract_lane(greatest, 0), otherGreatest), 8);
}

/** Widens the range at `range` (least f64, greatest f64) by these values; NaN has no place in it. */
export function rangeOfDoubles(values: usize, count: i32, range: usize): void {
  const end = values + 8 * <usize>count;
  let least = v128.load64_splat(range);
  let greatest = v128.load64_splat(range, 8);
  for (; values < end; values += 16) {
    const pair = values + 16 <= end ? v128.load(values) : v128.load64_splat(values);
    // Unlike min and max these keep the first operand when the second is NaN.
    least = f64x2.pmin(least, pair);
    greatest = f64x2.pmax(greatest, pair);
  }
  store<f64>(range, min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)));
  store<f64>(range, max<f64>(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1)), 8);
}

/** Widens the range at `range` (least u32, greatest u32) by these codes. */
export function rangeOfCodes(codes: usize, count: i32, range: usize): void {
  let least = load<u32>(range);
  let greatest = load<u32>(range, 4);
  for (let i: usize = 0; i < <usize>count; i++) {
    const code = load<u32>(codes + 4 * i);
    least = code < least ? code : least;
    greatest = code > greatest ? code : greatest;
  }
  store<u32>(range, least);
  store<u32>(range, greatest, 4);
}

/** u32 codes as i64 values: first + code * step. */
export function writeLongs(codes: usize, count: i32, first: i64, step: i64, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<i64>(out + 8 * i, first + <i64>load<u32>(codes + 4 * i) * step);
  }
}
