// Which of its two tables a dictionary has, and the code of one value.
import { dictionaryCount, LARGE_FROM, slotBytesOf } from './dictionary';
import { becomeLarge, largeCode, LARGE_SLOT } from './large-table';
import { reserveSmall, smallCode } from './small-table';

/** Room for LARGE_FROM values to triple. */
const FIRST_LARGE_SLOTS: u32 = 65536;

/** Makes room for so many more values. Whether the table is a large one. */
export function prepare(dimension: i32, values: u32): bool {
  if (slotBytesOf(dimension) == LARGE_SLOT) return true;
  if (dictionaryCount(dimension) + values > LARGE_FROM) {
    becomeLarge(dimension, FIRST_LARGE_SLOTS);
    return true;
  }
  reserveSmall(dimension, values);
  return false;
}

/** The code of a value's bytes, which are added when they are new. SLACK bytes behind their end are read. */
export function internValue(dimension: i32, at: usize, length: u32): u32 {
  return prepare(dimension, 1) ? largeCode(dimension, at, length) : smallCode(dimension, at, length);
}
