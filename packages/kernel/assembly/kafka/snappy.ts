// Snappy as Kafka's producers write it: the Java client in snappy-java's framing ("xerial": SnappyOutputStream), others as one
// raw block. Reads input in [at, end), none outside; writes up to `limit`, and 48 bytes behind it may be overwritten. What it
// costs is said in snappy-block.ts.
//
//   0x82 "SNAPPY" 0x00 | version i32 | least version that can read it i32      big-endian
//   blocks: bytes i32, big-endian | a raw block (snappy-block.ts) of its own
//
// A raw block never begins like this: it would be a text of 10,626 bytes whose first element is a match.
import { SNAPPY_CUT, SNAPPY_FRAME } from './answers';
import { bigI32 } from './batch-header';
import { decodeSnappyBlock } from './snappy-block';

/** The first eight bytes, as they are loaded. */
const FRAME_MAGIC: u64 = 0x00595050414e5382;
const LEAST_VERSION: usize = 12;
const FRAME_BYTES: usize = 16;
const VERSION: i32 = 1;

/** Bytes written at `out`, or TOO_LARGE, or damage (< 0). */
export function decodeSnappy(at: usize, end: usize, out: usize, limit: usize): i32 {
  if (end - at < FRAME_BYTES) return decodeSnappyBlock(at, end, out, limit);
  if (load<u64>(at) != FRAME_MAGIC) return decodeSnappyBlock(at, end, out, limit);
  if (bigI32(at + LEAST_VERSION) > VERSION) return SNAPPY_FRAME;
  const from = out;
  for (at += FRAME_BYTES; at < end; ) {
    if (end - at < 4) return SNAPPY_CUT;
    const bytes = bigI32(at);
    at += 4;
    if (bytes < 0 || <usize>bytes > end - at) return SNAPPY_CUT;
    const written = decodeSnappyBlock(at, at + <usize>bytes, out, limit);
    if (written < 0) return written;
    at += <usize>bytes;
    out += <usize>written;
  }
  return <i32>(out - from);
}
