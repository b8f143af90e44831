// Where a number of JSON's grammar (RFC 8259, section 6) ends.
import { DOT, LETTER_E, MINUS, PLUS, TENS, ZERO, ZEROS } from './bytes';

/** Behind the number that begins here; 0 when none does. What follows it is for the caller to judge. */
export function numberEnd(p: usize): usize {
  if (<u32>load<u8>(p) == MINUS) p++;
  if (<u32>load<u8>(p) == ZERO) {
    p++;
  } else {
    const digits = digitsEnd(p);
    if (digits == p) return 0;
    p = digits;
  }
  if (<u32>load<u8>(p) == DOT) {
    const digits = digitsEnd(p + 1);
    if (digits == p + 1) return 0;
    p = digits;
  }
  if ((<u32>load<u8>(p) | 0x20) == LETTER_E) {
    const sign = <u32>load<u8>(p, 1);
    p += sign == PLUS || sign == MINUS ? 2 : 1;
    const digits = digitsEnd(p);
    if (digits == p) return 0;
    p = digits;
  }
  return p;
}

/** The first byte that is no digit. */
function digitsEnd(p: usize): usize {
  const zeros = v128.load(ZEROS);
  const tens = v128.load(TENS);
  while (true) {
    const others = i8x16.bitmask(i8x16.ge_u(i8x16.sub(v128.load(p), zeros), tens));
    if (others) return p + <usize>ctz(others);
    p += 16;
  }
}
