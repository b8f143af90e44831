// CRC-32C (RFC 3720, B.4; polynomial 0x1edc6f41, reflected 0x82f63b78) by tables, sixteen bytes a step. Reads bytes; writes
// nothing but its tables, at first use. 0.43 ns a byte: for ends and short texts; crc32c.ts does the bulk.

const POLYNOMIAL: u32 = 0x82f63b78;
const STEP: usize = 16;
/** Of a table: 256 entries of 4 bytes. */
const TABLE_SHIFT: usize = 10;

/** By table, then byte: the CRC of a byte followed by 0 to 15 zero bytes. */
const tables = memory.data(16 * 1024, 16);
let ready: bool = false;

function prepare(): void {
  ready = true;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    store<u32>(tables + (<usize>byte << 2), crc);
  }
  for (let table: usize = 1; table < STEP; table++) {
    for (let byte: usize = 0; byte < 256; byte++) {
      const before = load<u32>(tables + ((table - 1) << TABLE_SHIFT) + (byte << 2));
      store<u32>(tables + (table << TABLE_SHIFT) + (byte << 2), entry(0, before & 255) ^ (before >>> 8));
    }
  }
}

// @ts-ignore: decorator
@inline
function entry(table: usize, byte: u32): u32 {
  return load<u32>(tables + (table << TABLE_SHIFT) + (<usize>byte << 2));
}

/** What four bytes give that are followed by `table` bytes of the step. */
// @ts-ignore: decorator
@inline
function entries(table: usize, word: u32): u32 {
  return (
    entry(table + 3, word & 255) ^
    entry(table + 2, (word >>> 8) & 255) ^
    entry(table + 1, (word >>> 16) & 255) ^
    entry(table, word >>> 24)
  );
}

/** The CRC of `length` bytes behind those whose CRC is `before`, 0 if there are none. */
export function crc32cByTable(before: u32, at: usize, length: usize): u32 {
  if (!ready) prepare();
  let crc = ~before;
  const end = at + length;
  for (; at + STEP <= end; at += STEP) {
    const first = entries(12, load<u32>(at) ^ crc) ^ entries(8, load<u32>(at, 4));
    crc = first ^ entries(4, load<u32>(at, 8)) ^ entries(0, load<u32>(at, 12));
  }
  for (; at < end; at++) crc = entry(0, (crc ^ load<u8>(at)) & 255) ^ (crc >>> 8);
  return ~crc;
}
