// Three-valued truths of a block, one byte a row, on a stack: predicates push, `and`, `or` and `not` replace. 16 rows an
// instruction.
import { ROOM } from '../block';

export const UNKNOWN: u8 = 0;
export const IS_TRUE: u8 = 1;
export const IS_FALSE: u8 = 2;

const STEP: usize = 16;
const ONES = memory.data<u8>([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 16);
const TWOS = memory.data<u8>([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], 16);

/** Truth of a predicate by the order of value and literal: bits 0-1 less, 2-3 equal, 4-5 greater. */
// @ts-ignore: decorator
@inline
export function truthOf(truths: u32, order: u32): u8 {
  return <u8>((truths >> (2 * order)) & 3);
}

/** True where both are, false where one is. Into the first. */
export function andTruths(a: usize, b: usize): void {
  const ones = v128.load(ONES);
  const twos = v128.load(TWOS);
  for (let i: usize = 0; i < ROOM; i += STEP) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    v128.store(a + i, v128.or(v128.and(v128.and(x, y), ones), v128.and(v128.or(x, y), twos)));
  }
}

/** True where one is, false where both are. Into the first. */
export function orTruths(a: usize, b: usize): void {
  const ones = v128.load(ONES);
  const twos = v128.load(TWOS);
  for (let i: usize = 0; i < ROOM; i += STEP) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    v128.store(a + i, v128.or(v128.and(v128.or(x, y), ones), v128.and(v128.and(x, y), twos)));
  }
}

export function notTruths(a: usize): void {
  const both = v128.or(v128.load(ONES), v128.load(TWOS));
  const unknown = i8x16.splat(<i8>UNKNOWN);
  for (let i: usize = 0; i < ROOM; i += STEP) {
    const x = v128.load(a + i);
    v128.store(a + i, v128.andnot(v128.sub<i8>(both, x), i8x16.eq(x, unknown)));
  }
}
