// Rewrites the keys of all groups from one layout to a wider one, in place: rows only grow, so the last is moved first. Seldom:
// a dictionary doubles between two of these. About 5 ns a row and field.
import { fieldBits, fieldShift, fieldWord, headWords, keyWordsOf, stateBytes } from '../group-row';
import { groupCount, groupRowBytes, groupRows, widenRows } from './group-rows';

/** The new key of one row. */
const key = memory.data(8 * 1024, 16);

export function repackRows(from: usize, to: usize, fields: i32): void {
  const fromWords = keyWordsOf(from);
  const toWords = keyWordsOf(to);
  const fromSize = widenRows(toWords);
  const toSize = groupRowBytes();
  const rest: usize = 8 * <usize>headWords + stateBytes;
  const rows = groupRows();
  for (let g = <i32>groupCount() - 1; g >= 0; g--) {
    const row = rows + fromSize * <usize>g;
    const target = rows + toSize * <usize>g;
    packKey(row, from, to, fields);
    moveUp(row + 8 * <usize>fromWords, target + 8 * <usize>toWords, rest);
    for (let w: usize = 0; w < <usize>toWords; w++) store<u64>(target + 8 * w, load<u64>(key + 8 * w));
  }
}

function packKey(row: usize, from: usize, to: usize, fields: i32): void {
  for (let w: usize = 0; w < <usize>keyWordsOf(to); w++) store<u64>(key + 8 * w, 0);
  for (let f = 0; f < fields; f++) {
    const word = load<u64>(row + 8 * <usize>fieldWord(from, f));
    const value = (word >> <u64>fieldShift(from, f)) & ((<u64>1 << <u64>fieldBits(from, f)) - 1);
    const at = key + 8 * <usize>fieldWord(to, f);
    store<u64>(at, load<u64>(at) | (value << <u64>fieldShift(to, f)));
  }
}

/** To the same or a higher address. */
function moveUp(from: usize, to: usize, bytes: usize): void {
  for (let i = bytes; i > 0; i -= 8) store<u64>(to + i - 8, load<u64>(from + i - 8));
}
