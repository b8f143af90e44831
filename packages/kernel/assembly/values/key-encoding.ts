// The bytes that `hm1` hashes. For each component of a key: tag u8 | length of the payload u32 | payload.
import { FALSE, KIND_SHIFT, LENGTH_MASK, NUMBER, STRING, TRUE } from '../layout';
import { isDouble, parsedDouble } from './double';
import { isLong, parsedLong } from './long';
import { ASCII_ZEROS, nonDigits, TENS, upToSixteenDigits } from './digits';

export const LONG_TAG: u64 = 1;
const DOUBLE_TAG: u64 = 2;
export const STRING_TAG: u64 = 3;
const BOOLEAN_TAG: u64 = 4;

/** Tag and length. */
export const HEAD_BYTES: usize = 5;
/** The head of a component in the low 40 bits of a word. */
// @ts-ignore: decorator
@inline
export function headOf(tag: u64, payloadBytes: u64): u64 {
  return tag | (payloadBytes << 8);
}

const TWO_63: f64 = 9223372036854775808.0;

/** What {@link readNumberKey} found: tag and payload of 8 bytes. */
let numberTag: u64 = 0;
let numberPayload: u64 = 0;

/**
 * A number as a component: int64 if its text is an integer, else the nearest double, and an int64 again where that is one.
 * False if the host must judge it.
 */
function readNumberKey(at: usize, span: u32): bool {
  numberTag = LONG_TAG;
  const minus = <u32>(load<u8>(at) == 0x2d);
  const p = at + <usize>minus;
  const digits = (span & LENGTH_MASK) - minus;
  if (digits <= 16) {
    if ((nonDigits(p, v128.load(ASCII_ZEROS), v128.load(TENS)) & ((1 << digits) - 1)) == 0) {
      const magnitude = upToSixteenDigits(p, digits);
      numberPayload = minus ? -magnitude : magnitude;
      return true;
    }
  }
  if (isIntegerText(at, span & LENGTH_MASK)) {
    if (!isLong(at, span & LENGTH_MASK)) return false;
    numberPayload = <u64>parsedLong;
    return true;
  }
  if (!isDouble(at, span)) return false;
  const double = parsedDouble;
  if (floor<f64>(double) == double && double >= -TWO_63 && double < TWO_63) {
    numberPayload = <u64>(<i64>double);
    return true;
  }
  numberTag = DOUBLE_TAG;
  numberPayload = reinterpret<u64>(double);
  return true;
}

/** Whether a number has neither fraction nor exponent. */
function isIntegerText(at: usize, length: u32): bool {
  const minus = <u32>(load<u8>(at) == 0x2d);
  for (let i = minus; i < length; i++) if (<u32>load<u8>(at + <usize>i) - 0x30 > 9) return false;
  return true;
}

/** Room for the encoding of a component with this span: {@link encodeComponent} writes no byte behind it. */
// @ts-ignore: decorator
@inline
export function roomOf(span: u32): usize {
  return HEAD_BYTES + 16 + <usize>(span & LENGTH_MASK);
}

/** Writes one component at `out` and returns the end; 0 if the host must judge it. */
export function encodeComponent(at: usize, span: u32, out: usize): usize {
  const kind = span >> KIND_SHIFT;
  const length = <usize>(span & LENGTH_MASK);
  if (kind == STRING) {
    store<u64>(out, headOf(STRING_TAG, <u64>length));
    const payload = out + HEAD_BYTES;
    if (length > 128) memory.copy(payload, at, length);
    else for (let i: usize = 0; i < length; i += 16) v128.store(payload + i, v128.load(at + i));
    return payload + length;
  }
  if (kind == NUMBER) {
    if (!readNumberKey(at, span)) return 0;
    store<u64>(out, headOf(numberTag, 8));
    store<u64>(out + HEAD_BYTES, numberPayload);
    return out + HEAD_BYTES + 8;
  }
  if (kind != TRUE && kind != FALSE) return 0;
  store<u64>(out, headOf(BOOLEAN_TAG, 1) | (kind == TRUE ? <u64>1 << 40 : 0));
  return out + HEAD_BYTES + 1;
}
