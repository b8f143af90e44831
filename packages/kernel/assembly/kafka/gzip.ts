// gzip (RFC 1952) by the kernel's own inflate (inflate/inflate.ts), at once. Reads input in [at, end), none outside: inflate
// wants zeros behind the end, so the last 1 KiB is decoded from a copy that has them. Writes up to `limit`; behind it, and a
// byte more, inflate's overshoot may be overwritten. 0.8 ns a byte of JSON that shrinks to a seventh, and 9 us more for a batch
// of 16 KB, which has to have tables of its own.
import { inflate } from '../inflate/inflate';
import {
  ENDED,
  inflateClose,
  inflateInput,
  inflateOpen,
  inflateOutput,
  NEEDS_INPUT,
  OUTPUT_FULL,
} from '../inflate/stream';
import { GZIP, TOO_LARGE } from './answers';

/** With less than this inflate may stop before the end of its input. */
const TAIL_BYTES: usize = 1024;
const ZERO_BYTES: usize = 1024;
const tail = memory.data(2048, 16);

/** Bytes written at `out`, or TOO_LARGE, or GZIP plus the damage that inflate found (< 0). */
export function decodeGzip(at: usize, end: usize, out: usize, limit: usize): i32 {
  const stream = inflateOpen();
  // Inflate stops when it has reached a limit, and a text may fill all of ours.
  let answer = inflate(stream, at, end, false, out, limit + 1);
  if (answer == NEEDS_INPUT) {
    const rest = min(end - inflateInput(stream), TAIL_BYTES);
    memory.copy(tail, inflateInput(stream), rest);
    memory.fill(tail + rest, 0, ZERO_BYTES);
    answer = inflate(stream, tail, tail + rest, true, inflateOutput(stream), limit + 1);
  }
  const written = inflateOutput(stream) - out;
  inflateClose(stream);
  if (answer == OUTPUT_FULL) return TOO_LARGE;
  if (answer != ENDED) return GZIP + answer;
  return written > limit - out ? TOO_LARGE : <i32>written;
}
