// CRC-32 (polynomial 0xedb88320, as gzip has it) by tables, eight bytes a step. Reads bytes; writes nothing but its tables,
// at first use. About 0.7 ns a byte: for headers, ends and short texts; crc-fold.ts does the bulk.

/** Eight tables of 256: the CRC of a byte followed by 0 to 7 zero bytes. */
const tables = memory.data(8 * 1024, 16);
let ready: bool = false;

function prepare(): void {
  ready = true;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    store<u32>(tables + (byte << 2), crc);
  }
  for (let table: u32 = 1; table < 8; table++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = load<u32>(tables + ((table - 1) << 10) + (byte << 2));
      store<u32>(tables + (table << 10) + (byte << 2), entry(0, before & 255) ^ (before >>> 8));
    }
  }
}

// @ts-ignore: decorator
@inline
function entry(table: u32, byte: u32): u32 {
  return load<u32>(tables + (table << 10) + (byte << 2));
}

/** The CRC of `length` bytes behind those whose CRC is `before`, 0 if there are none. */
export function crc32(before: u32, at: usize, length: usize): u32 {
  if (!ready) prepare();
  let crc = ~before;
  const end = at + length;
  for (; at + 8 <= end; at += 8) {
    const low = load<u32>(at) ^ crc;
    const high = load<u32>(at, 4);
    crc =
      entry(7, low & 255) ^
      entry(6, (low >>> 8) & 255) ^
      entry(5, (low >>> 16) & 255) ^
      entry(4, low >>> 24) ^
      entry(3, high & 255) ^
      entry(2, (high >>> 8) & 255) ^
      entry(1, (high >>> 16) & 255) ^
      entry(0, high >>> 24);
  }
  for (; at < end; at++) crc = entry(0, (crc ^ load<u8>(at)) & 255) ^ (crc >>> 8);
  return ~crc;
}
