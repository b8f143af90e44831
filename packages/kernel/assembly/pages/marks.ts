// Marks: which codes of a range occur, and the number of each among those that do. So a page's dictionary holds the values of
// its rows alone and in their order, however large the dictionary or the range that they come from.
//
// One mark of 16 bytes for 64 codes:  bits u64, bit (code & 63)  |  before u32, marked codes in earlier marks  |  unused u32
//
// Order of calls: zeros; mark* for all rows; numberMarks; then number* as often as wanted. `marks` of the functions is
// markCount(codes) for the highest code + 1.
// mark* 1.4 ns a row (a read-modify-write of one word when few codes occur), number* 2 ns a row.

export const MARK: usize = 16;
const BEFORE: usize = 8;

export function markCount(codes: u32): i32 {
  return <i32>((<u64>codes + 63) >> 6);
}

export function markBytes(codes: u32): usize {
  return MARK * <usize>markCount(codes);
}

// @ts-ignore: decorator
@inline
export function markOf(marks: usize, code: usize): usize {
  return marks + MARK * (code >> 6);
}

/** The number of a marked code among the marked ones. */
// @ts-ignore: decorator
@inline
export function numberOf(marks: usize, code: usize): u32 {
  const mark = markOf(marks, code);
  const below = load<u64>(mark) & ((<u64>1 << <u64>(code & 63)) - 1);
  return load<u32>(mark, BEFORE) + <u32>popcnt(below);
}

// @ts-ignore: decorator
@inline
function setMark(marks: usize, code: usize): void {
  const mark = markOf(marks, code);
  store<u64>(mark, load<u64>(mark) | (<u64>1 << <u64>(code & 63)));
}

/** Marks code - base for u32 codes. */
export function markCodes(codes: usize, count: i32, base: u32, marks: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) setMark(marks, <usize>(load<u32>(codes + 4 * i) - base));
}

/** Marks value - least for i64 values. */
export function markLongs(values: usize, count: i32, least: i64, marks: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) setMark(marks, <usize>(load<i64>(values + 8 * i) - least));
}

/** Numbers the marked codes; `withoutZero` leaves out code 0, which stands for null. How many there are. */
export function numberMarks(marks: usize, count: i32, withoutZero: bool): i32 {
  if (withoutZero) store<u64>(marks, load<u64>(marks) & ~(<u64>1));
  let before: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const mark = marks + MARK * i;
    store<u32>(mark, before, BEFORE);
    before += <u32>popcnt(load<u64>(mark));
  }
  return <i32>before;
}

/** The numbers of u32 codes that are all marked. */
export function numberCodes(codes: usize, count: i32, base: u32, marks: usize, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u32>(out + 4 * i, numberOf(marks, <usize>(load<u32>(codes + 4 * i) - base)));
  }
}

/** The numbers of the ranks that are not 0, without gaps. How many they are. */
export function numberRanks(ranks: usize, count: i32, marks: usize, out: usize): i32 {
  let to = out;
  for (let i: usize = 0; i < <usize>count; i++) {
    const rank = load<u32>(ranks + 4 * i);
    store<u32>(to, numberOf(marks, <usize>rank));
    to += <usize>(rank != 0) << 2;
  }
  return <i32>((to - out) >> 2);
}

/** The numbers of i64 values that are all marked. */
export function numberLongs(values: usize, count: i32, least: i64, marks: usize, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u32>(out + 4 * i, numberOf(marks, <usize>(load<i64>(values + 8 * i) - least)));
  }
}

/** The marked codes as i64 values: first + code * step, in order. Behind the last one. */
export function writeMarkedLongs(marks: usize, count: i32, first: i64, step: i64, out: usize): usize {
  for (let i: usize = 0; i < <usize>count; i++) {
    let bits = load<u64>(marks + MARK * i);
    while (bits) {
      store<i64>(out, first + (<i64>(i << 6) + <i64>ctz(bits)) * step);
      out += 8;
      bits &= bits - 1;
    }
  }
  return out;
}

/** The lowest marked code; at least one must be marked. */
export function lowestMark(marks: usize, count: i32): u32 {
  let i: usize = 0;
  while (i < <usize>count) {
    if (load<u64>(marks + MARK * i)) break;
    i++;
  }
  return <u32>(i << 6) + <u32>ctz(load<u64>(marks + MARK * i));
}

/** The highest marked code; at least one must be marked. */
export function highestMark(marks: usize, count: i32): u32 {
  let i = <usize>count - 1;
  while (i > 0) {
    if (load<u64>(marks + MARK * i)) break;
    i--;
  }
  return <u32>(i << 6) + 63 - <u32>clz(load<u64>(marks + MARK * i));
}
