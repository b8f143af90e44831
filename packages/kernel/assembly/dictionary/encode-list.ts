// A field as a multi-value dimension. Reads spans and flags; writes the codes of the rows without a flag to the open batch.
//
// NULL and ABSENT are code 0. The host parses any other value once, by the import `listCode`, which answers its code or -1,
// and list-memo.ts remembers the answer. -1 and OBJECT make the row PUNT. A row with another flag is only checked: it is PUNT
// too when its list may hold a list or an object.
//
// 19 ns a row when the memo knows the values, of 30 bytes; a call of the host is some microseconds.
import { ABSENT, KIND_SHIFT, LENGTH_MASK, LIST, NULL, OBJECT, PUNT } from '../layout';
import { batch, batchRow, codeAt } from '../batch';
import { blockRows, flags, spanAt, spanOf } from '../block';
import { recall, remember, UNKNOWN } from './list-memo';

/** The code for the raw JSON text of a value that has not been seen (a STRING is unescaped and without its quotes), or -1. */
// @ts-ignore: decorator
@external("env", "listCode")
declare function listCode(dimension: i32, kind: i32, at: usize, length: u32): i32;

const OPEN_BRACE: u8 = 0x7b;
const OPEN_BRACKET: u8 = 0x5b;

export function encodeList(field: i32, dimension: i32): void {
  const out = codeAt(batch, dimension) + 4 * <usize>batchRow;
  const ats = spanAt(field);
  const ofs = spanOf(field);
  const rows = <usize>blockRows;
  for (let r: usize = 0; r < rows; r++) {
    const flag = load<u8>(flags + r);
    if (flag & PUNT) continue;
    const span = load<u32>(ofs + 4 * r);
    const kind = span >> KIND_SHIFT;
    const at = <usize>load<u32>(ats + 4 * r);
    if (kind == OBJECT) store<u8>(flags + r, flag | PUNT);
    else if (flag) {
      if (kind == LIST) if (mayNest(at, span & LENGTH_MASK)) store<u8>(flags + r, flag | PUNT);
    } else if (kind == NULL || kind == ABSENT) store<u32>(out + 4 * r, 0);
    else {
      const code = codeOf(dimension, at, span);
      if (code < 0) store<u8>(flags + r, PUNT);
      else store<u32>(out + 4 * r, <u32>code);
    }
  }
}

function codeOf(dimension: i32, at: usize, span: u32): i32 {
  const known = recall(dimension, at, span);
  if (known != UNKNOWN) return known;
  const code = listCode(dimension, <i32>(span >> KIND_SHIFT), at, span & LENGTH_MASK);
  if (code >= 0) remember(dimension, at, span, code);
  return code;
}

/** Whether a bracket or brace stands behind the first, be it in a string. */
function mayNest(at: usize, length: u32): bool {
  for (let i: usize = 1; i < <usize>length; i++) {
    const byte = load<u8>(at + i);
    if (byte == OPEN_BRACE || byte == OPEN_BRACKET) return true;
  }
  return false;
}
