// The usual block: all rows are candidates, and all values strings of up to SHORT bytes. Then no row need be asked what it is,
// and codes are found in two passes: bytes and slots | comparison. Reads spans; writes codes. The dictionary has a small table
// with room for BLOCK_ROWS more values.
//
// 5-6 ns a row with few values, a fifth less than by encodeSpans; 11 with 15,000.
import { BLOCK_ROWS, KIND_SHIFT, STRING } from '../layout';
import { blockRows, flags } from '../block';
import { maskOf, tableOf } from './dictionary';
import { CODE, LENGTH, shortCodeFrom, SLOT } from './small-table';
import { hashShort, SHORT, shortMask } from './value-hash';

const STRING_SPAN: u32 = STRING << KIND_SHIFT;

const hashes = memory.data(8 * 128, 16);
const values = memory.data(16 * 128, 16);

/** Whether it is such a block. */
export function isShortBlock(spanOf: usize): bool {
  if (blockRows != BLOCK_ROWS) return false;
  let flagged = i64x2.splat(0);
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r += 16) flagged = v128.or(flagged, v128.load(flags + r));
  if (v128.any_true(flagged)) return false;
  const string = i32x4.splat(STRING_SPAN);
  let longest = i64x2.splat(0);
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r += 4) {
    longest = i32x4.max_u(longest, v128.sub<i32>(v128.load(spanOf + 4 * r), string));
  }
  return !v128.any_true(i32x4.gt_u(longest, i32x4.splat(SHORT)));
}

/** The codes of its values to `out`, u32 by row; new values are added. */
export function encodeShort(dimension: i32, spanAt: usize, spanOf: usize, out: usize): void {
  hashValues(spanAt, spanOf);
  const table = tableOf(dimension);
  const mask = maskOf(dimension);
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r++) {
    const length = load<u32>(spanOf + 4 * r) - STRING_SPAN;
    const slot = table + SLOT * <usize>(load<u32>(hashes + 8 * r) & mask);
    const code = load<u32>(slot, CODE);
    store<u32>(out + 4 * r, code);
    if (load<u32>(slot, LENGTH) == length) {
      if (i8x16.bitmask(i8x16.eq(v128.load(slot), v128.load(values + 16 * r))) == 0xffff) if (code) continue;
    }
    const a = load<u64>(values + 16 * r);
    const b = load<u64>(values + 16 * r, 8);
    const at = <usize>load<u32>(spanAt + 4 * r);
    store<u32>(out + 4 * r, shortCodeFrom(dimension, slot, table, mask, a, b, at, length, load<u64>(hashes + 8 * r)));
  }
}

function hashValues(spanAt: usize, spanOf: usize): void {
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r++) {
    const length = load<u32>(spanOf + 4 * r) - STRING_SPAN;
    const bytes = v128.and(v128.load(<usize>load<u32>(spanAt + 4 * r)), shortMask(length));
    v128.store(values + 16 * r, bytes);
    const a = <u64>i64x2.extract_lane(bytes, 0);
    const b = <u64>i64x2.extract_lane(bytes, 1);
    store<u64>(hashes + 8 * r, hashShort(a, b, length));
  }
}
