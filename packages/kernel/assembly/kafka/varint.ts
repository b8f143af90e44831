// Variable-length numbers of a record (Protocol Buffers' encoding: seven bits a byte, lowest first; zigzag, so that small
// negative numbers are short). Reads bytes in [at, end); a number that is cut or too long gives `varintEnd` BEYOND, from
// where every further reading fails likewise, so that a reader may ask once for several. 1-2 ns for one byte or two.

/** Behind the number that was read last, or BEYOND. */
export let varintEnd: usize = 0;
/** No address, and behind all of them. */
export const BEYOND: usize = usize.MAX_VALUE;

const MORE: u32 = 0x80;
/** What the fifth byte of 32 bits may be, and the tenth of 64. */
const LAST_OF_32: u64 = 15;
const LAST_OF_64: u64 = 1;

/** A number of 32 bits. */
// @ts-ignore: decorator
@inline
export function readVarint(at: usize, end: usize): i32 {
  if (at < end) {
    const first = <u32>load<u8>(at);
    if (first < MORE) {
      varintEnd = at + 1;
      return unzigzag(first);
    }
    if (at + 1 < end) {
      const second = <u32>load<u8>(at, 1);
      if (second < MORE) {
        varintEnd = at + 2;
        return unzigzag((first - MORE) | (second << 7));
      }
    }
  }
  return <i32>readLong(at, end, 28, LAST_OF_32);
}

// @ts-ignore: decorator
@inline
function unzigzag(value: u32): i32 {
  return <i32>(value >>> 1) ^ -(<i32>(value & 1));
}

/** A number of 64 bits. */
export function readVarlong(at: usize, end: usize): i64 {
  return readLong(at, end, 63, LAST_OF_64);
}

/** `lastShift`: where the bits of the last byte go that a number may have, which is at most `last`. */
function readLong(at: usize, end: usize, lastShift: u64, last: u64): i64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; at < end; shift += 7) {
    const byte = <u64>load<u8>(at);
    at++;
    if (shift == lastShift && byte > last) break;
    value |= (byte & 127) << shift;
    if (byte < <u64>MORE) {
      varintEnd = at;
      return <i64>(value >>> 1) ^ -(<i64>(value & 1));
    }
  }
  varintEnd = BEYOND;
  return 0;
}
