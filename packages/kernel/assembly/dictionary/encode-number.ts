// A field as a long or double dimension. The numbers are read by the operators of metrics, which also set PUNT; their values
// are eight bytes whose order as bytes is that of the numbers:
//   long     big-endian, with the sign bit turned
//   double   big-endian bits, of a negative one all turned, else the sign bit
// Writes what encode-spans.ts writes. 7-9 ns a row above reading the number.
import { BLOCK_ROWS, KIND_SHIFT, STRING } from '../layout';
import { doublesOfBlock, longsOfBlock } from '../values/exports';
import { encodeSpans } from './encode-spans';

const SIGN: u64 = 0x8000000000000000;
const NUMBER_SPAN: u32 = (STRING << KIND_SHIFT) | 8;

const values = memory.data(8 * 144, 16);
const valid = memory.data(144, 16);
const spansAt = memory.data(4 * 144, 16);
const spansOf = memory.data(4 * 144, 16);

export function encodeLong(field: i32, dimension: i32): void {
  longsOfBlock(field, values, valid);
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r++) {
    store<u64>(values + 8 * r, bswap<u64>(load<u64>(values + 8 * r) ^ SIGN));
  }
  encodeNumbers(dimension);
}

export function encodeDouble(field: i32, dimension: i32): void {
  doublesOfBlock(field, values, valid);
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r++) {
    const bits = load<u64>(values + 8 * r);
    store<u64>(values + 8 * r, bswap<u64>(bits ^ (<u64>(<i64>bits >> 63) | SIGN)));
  }
  encodeNumbers(dimension);
}

function encodeNumbers(dimension: i32): void {
  for (let r: usize = 0; r < <usize>BLOCK_ROWS; r++) {
    store<u32>(spansAt + 4 * r, <u32>(values + 8 * r));
    store<u32>(spansOf + 4 * r, load<u8>(valid + r) ? NUMBER_SPAN : 0);
  }
  encodeSpans(dimension, spansAt, spansOf);
}
