// Columns of stored rows out of the values, codes and definition levels of their pages. `levels` are u32, 0 where there is no
// value, or no address at all when every row has one. 0.5 to 2 ns a row.

const SIGN: u64 = 0x8000000000000000;

/** The 8-byte values that codes stand for. False when a code is not in the dictionary. */
export function valuesOfCodes(codes: usize, count: u32, dictionary: usize, entries: u32, out: usize): bool {
  for (let i: usize = 0; i < <usize>count; i++) {
    const code = load<u32>(codes + 4 * i);
    if (code >= entries) return false;
    store<u64>(out + 8 * i, load<u64>(dictionary + 8 * <usize>code));
  }
  return true;
}

/** Puts 8-byte values where a row has one, 0 elsewhere, and flags u8. Of the values one more is read. */
export function spreadValues(levels: usize, values: usize, count: u32, out: usize, valid: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const has = load<u32>(levels + 4 * i);
    store<u64>(out + 8 * i, has ? load<u64>(values) : 0);
    store<u8>(valid + i, <u8>has);
    values += <usize>has << 3;
  }
}

/**
 * Writes 0 where a row has no value, else `first` + its code; without codes (0) the values are numbered. False when one is
 * above `most`.
 */
export function placeCodes(levels: usize, codes: usize, count: u32, first: u32, most: u32, out: usize): bool {
  let value: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    if (levels) {
      if (!load<u32>(levels + 4 * i)) {
        store<u32>(out + 4 * i, 0);
        continue;
      }
    }
    const code = codes ? load<u32>(codes + 4 * <usize>value) : value;
    if (<u64>first + <u64>code > <u64>most) return false;
    store<u32>(out + 4 * i, first + code);
    value++;
  }
  return true;
}

/** Codes or ranks by a table: u32 by number, the first one for 1. 0 stays 0. */
export function translateCodes(codes: usize, count: u32, table: usize, out: usize): void {
  const base = table - 4;
  for (let i: usize = 0; i < <usize>count; i++) {
    const code = load<u32>(codes + 4 * i);
    store<u32>(out + 4 * i, code ? load<u32>(base + 4 * <usize>code) : 0);
  }
}

/** PLAIN strings in [at, end) as entries (address u32, length u32). False when there are fewer. */
export function stringEntries(at: usize, end: usize, count: u32, out: usize): bool {
  for (let i: u32 = 0; i < count; i++) {
    if (end - at < 4) return false;
    const length = <usize>load<u32>(at);
    at += 4;
    if (length > end - at) return false;
    store<u32>(out, <u32>at);
    store<u32>(out, <u32>length, 4);
    at += length;
    out += 8;
  }
  return true;
}

/** PLAIN numbers as entries: their ordered bytes, as `pages/ordered-number.ts` says, take their place. */
export function numberEntries(values: usize, count: u32, doubles: bool, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = values + 8 * i;
    const bits = load<u64>(at);
    const ordered = doubles && <i64>bits < 0 ? ~bits : bits ^ SIGN;
    store<u64>(at, bswap(ordered));
    store<u32>(out + 8 * i, <u32>at);
    store<u32>(out + 8 * i, 8, 4);
  }
}

/** i64 times as u32 multiples of `width` behind `start`. False when one is none. */
export function bucketsOfTimes(times: usize, count: u32, start: i64, width: i64, out: usize): bool {
  for (let i: usize = 0; i < <usize>count; i++) {
    const apart = load<i64>(times + 8 * i) - start;
    const bucket = apart / width;
    if (apart < 0 || bucket > <i64>u32.MAX_VALUE || bucket * width != apart) return false;
    store<u32>(out + 4 * i, <u32>bucket);
  }
  return true;
}
