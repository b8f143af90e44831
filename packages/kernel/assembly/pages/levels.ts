// Definition levels of columns that may be null: 1 where there is a value. As u32 for `packHybrid`; each answers how many
// values there are. 0.7 to 1 ns a row, and only for columns that have a null.

/** Of ranks, where 0 is null. */
export function levelsOfRanks(ranks: usize, count: i32, out: usize): i32 {
  let values = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const level = <u32>(load<u32>(ranks + 4 * i) != 0);
    store<u32>(out + 4 * i, level);
    values += level;
  }
  return values;
}

/** Of u8 flags, 0 or 1. */
export function levelsOfValid(valid: usize, count: i32, out: usize): i32 {
  let values = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const level = <u32>(load<u8>(valid + i) != 0);
    store<u32>(out + 4 * i, level);
    values += level;
  }
  return values;
}

/** How many ranks are 0. */
export function countNulls(ranks: usize, count: i32): i32 {
  let nulls = 0;
  for (let i: usize = 0; i < <usize>count; i++) nulls += <i32>(load<u32>(ranks + 4 * i) == 0);
  return nulls;
}
