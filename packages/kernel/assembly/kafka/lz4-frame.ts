// An LZ4 frame (github.com/lz4/lz4, lz4_Frame_format.md), as Kafka has them since magic 1 (KIP-57: the header's checksum is that
// of the specification). Reads input in [at, end), none outside; writes up to `limit`, and 48 bytes behind it may be
// overwritten. One frame fills the input; each checksum that it has is checked, so is its content's size. What it costs is said
// in lz4-block.ts and xxh32.ts.
//
//   magic u32 | flags u8 | descriptor u8 | content size u64, if flagged | header checksum u8: of what is behind the magic
//   blocks: bytes u32, bit 31: stored | data | checksum of the data u32, if flagged
//   0 u32 | checksum of the content u32, if flagged
import {
  LZ4_BLOCK_CHECKSUM,
  LZ4_BLOCK_SIZE,
  LZ4_BYTES_LEFT,
  LZ4_CONTENT_CHECKSUM,
  LZ4_CONTENT_SIZE,
  LZ4_CUT,
  LZ4_DICTIONARY,
  LZ4_HEADER,
  LZ4_HEADER_CHECKSUM,
  TOO_LARGE,
} from './answers';
import { BLOCK_FULL, decodeLz4Block } from './lz4-block';
import { xxh32 } from './xxh32';

const MAGIC: u32 = 0x184d2204;
const FLAGS: usize = 4;
const DESCRIPTOR: usize = 5;
const CONTENT_SIZE: usize = 6;
/** The header without what is optional, and without its checksum. */
const LEAST_HEADER: usize = 6;
const CONTENT_SIZE_BYTES: usize = 8;
const CHECKSUM_BYTES: usize = 4;

const VERSION_MASK: u32 = 0xc0;
const VERSION_1: u32 = 0x40;
const INDEPENDENT: u32 = 0x20;
const HAS_BLOCK_CHECKSUM: u32 = 0x10;
const HAS_CONTENT_SIZE: u32 = 0x08;
const HAS_CONTENT_CHECKSUM: u32 = 0x04;
const RESERVED_FLAG: u32 = 0x02;
const HAS_DICTIONARY: u32 = 0x01;

/** Of the descriptor: all but the code of the largest block. 4 is 64 KiB, 5, 6 and 7 four times as much each. */
const RESERVED_DESCRIPTOR: u32 = 0x8f;
const SIZE_SHIFT: u32 = 4;
const LEAST_SIZE_CODE: u32 = 4;

const STORED: u32 = 0x80000000;

/** Bytes written at `out`, or TOO_LARGE, or damage (< 0). */
export function decodeLz4Frame(at: usize, end: usize, out: usize, limit: usize): i32 {
  if (end - at <= LEAST_HEADER) return LZ4_HEADER;
  const answer = checkHeader(at, end);
  if (answer) return answer;
  const flags = <u32>load<u8>(at, FLAGS);
  const hasSize = (flags & HAS_CONTENT_SIZE) != 0;
  if (hasSize && load<u64>(at, CONTENT_SIZE) > <u64>(limit - out)) return TOO_LARGE;
  const blocks = at + headerBytes(flags) + 1;
  const bytes = decodeBlocks(at, blocks, end, out, limit);
  if (bytes < 0) return bytes;
  if (hasSize && load<u64>(at, CONTENT_SIZE) != <u64>bytes) return LZ4_CONTENT_SIZE;
  return bytes;
}

// @ts-ignore: decorator
@inline
function headerBytes(flags: u32): usize {
  return LEAST_HEADER + (flags & HAS_CONTENT_SIZE ? CONTENT_SIZE_BYTES : 0);
}

/** 0 or damage. */
function checkHeader(at: usize, end: usize): i32 {
  const flags = <u32>load<u8>(at, FLAGS);
  if (load<u32>(at) != MAGIC || (flags & (VERSION_MASK | RESERVED_FLAG)) != VERSION_1) return LZ4_HEADER;
  if (flags & HAS_DICTIONARY) return LZ4_DICTIONARY;
  const descriptor = <u32>load<u8>(at, DESCRIPTOR);
  if ((descriptor & RESERVED_DESCRIPTOR) != 0 || descriptor >>> SIZE_SHIFT < LEAST_SIZE_CODE) return LZ4_HEADER;
  const bytes = headerBytes(flags);
  if (end - at <= bytes) return LZ4_HEADER;
  const checksum = (xxh32(at + FLAGS, bytes - FLAGS) >>> 8) & 0xff;
  return <u32>load<u8>(at + bytes) == checksum ? 0 : LZ4_HEADER_CHECKSUM;
}

/** The blocks of the frame at `frame`, the first at `at`, and what is behind them: bytes written or damage. */
function decodeBlocks(frame: usize, at: usize, end: usize, out: usize, limit: usize): i32 {
  const flags = <u32>load<u8>(frame, FLAGS);
  const mostBytes = <usize>1 << (8 + 2 * <usize>(load<u8>(frame, DESCRIPTOR) >>> SIZE_SHIFT));
  const checksumBytes: usize = flags & HAS_BLOCK_CHECKSUM ? CHECKSUM_BYTES : 0;
  const from = out;
  while (true) {
    if (end - at < 4) return LZ4_CUT;
    const word = load<u32>(at);
    at += 4;
    if (!word) break;
    const bytes = <usize>(word & ~STORED);
    if (bytes > mostBytes) return LZ4_BLOCK_SIZE;
    if (bytes + checksumBytes > end - at) return LZ4_CUT;
    if (checksumBytes) {
      if (load<u32>(at + bytes) != xxh32(at, bytes)) return LZ4_BLOCK_CHECKSUM;
    }
    const room = min(mostBytes, limit - out);
    let written = BLOCK_FULL;
    if (!(word & STORED)) written = decodeLz4Block(at, at + bytes, flags & INDEPENDENT ? out : from, out, out + room);
    else if (bytes <= room) {
      memory.copy(out, at, bytes);
      written = <i32>bytes;
    }
    if (written == BLOCK_FULL) return room < mostBytes ? TOO_LARGE : LZ4_BLOCK_SIZE;
    if (written < 0) return written;
    at += bytes + checksumBytes;
    out += written;
  }
  if (flags & HAS_CONTENT_CHECKSUM) {
    if (end - at < CHECKSUM_BYTES) return LZ4_CUT;
    if (load<u32>(at) != xxh32(from, out - from)) return LZ4_CONTENT_CHECKSUM;
    at += CHECKSUM_BYTES;
  }
  return at == end ? <i32>(out - from) : LZ4_BYTES_LEFT;
}
