// What one gzip stream keeps between calls, in a block of its own, so that several can be under way at once:
//
//   HEAD           bit buffer, phase, counts: the fields below
//   CHECKSUM       see crc-fold.ts
//   DISTANCES      decoding tables of the current block, see decoding-table.ts
//   LITERALS
//   PAIRS
import { allocateZeroed, release } from '../memory';
import { CHECKSUM_BYTES } from './crc-fold';
import { DISTANCE_TABLE_BYTES, LITERAL_TABLE_BYTES, PAIR_TABLE_BYTES, prepareSymbols } from './decoding-table';

// Phases: what comes next in the input.
export const MEMBER_HEADER: i32 = 0;
export const BLOCK_HEADER: i32 = 1;
export const STORED_BYTES: i32 = 2;
export const SYMBOLS: i32 = 3;
export const TRAILER: i32 = 4;

// Answers of `inflate`. What is below 0 is damage.
/** The input ended behind a member. */
export const ENDED: i32 = 0;
export const NEEDS_INPUT: i32 = 1;
export const OUTPUT_FULL: i32 = 2;
export const TRUNCATED: i32 = -1;
export const NO_GZIP: i32 = -2;
export const BAD_HEADER_CRC: i32 = -3;
export const BAD_BLOCK_TYPE: i32 = -4;
export const BAD_STORED_LENGTH: i32 = -5;
export const BAD_CODES: i32 = -6;
export const BAD_SYMBOL: i32 = -7;
export const BAD_DISTANCE_SYMBOL: i32 = -8;
export const DISTANCE_TOO_FAR: i32 = -9;
export const BAD_CRC: i32 = -10;
export const BAD_SIZE: i32 = -11;

/** The window of deflate: no match looks back further. */
export const WINDOW_BYTES: u64 = 32768;

/** Of the stream, which begins with these fields. */
@unmanaged
export class Stream {
  /** Input that was taken but not used, from the lowest bit. Only `bitCount` bits count. */
  bits: u64;
  /** Of the member so far. */
  memberBytes: u64;
  bitCount: i32;
  phase: i32;
  /** The current block is the member's last. */
  isLastBlock: bool;
  /** A member has ended, so the input may end. */
  hasMember: bool;
  /** What is missing of a stored block. */
  storedBytes: u32;
  // Of a member's header: see member-header.ts.
  headerStep: i32;
  headerFlags: u32;
  headerSkip: u32;
  headerCrc: u32;
  /** The first byte of input that was not taken. */
  input: usize;
  /** Behind the output. */
  output: usize;
}

const CHECKSUM: usize = 128;
const DISTANCES: usize = CHECKSUM + CHECKSUM_BYTES;
const LITERALS: usize = DISTANCES + DISTANCE_TABLE_BYTES;
const PAIRS: usize = LITERALS + LITERAL_TABLE_BYTES;
const STREAM_BYTES: usize = PAIRS + PAIR_TABLE_BYTES;

// @ts-ignore: decorator
@inline
export function checksumOf(stream: Stream): usize {
  return changetype<usize>(stream) + CHECKSUM;
}

// @ts-ignore: decorator
@inline
export function distancesOf(stream: Stream): usize {
  return changetype<usize>(stream) + DISTANCES;
}

// @ts-ignore: decorator
@inline
export function literalsOf(stream: Stream): usize {
  return changetype<usize>(stream) + LITERALS;
}

// @ts-ignore: decorator
@inline
export function pairsOf(stream: Stream): usize {
  return changetype<usize>(stream) + PAIRS;
}

/** Begins a stream: its handle for `inflate`. */
export function inflateOpen(): usize {
  prepareSymbols();
  return allocateZeroed(STREAM_BYTES);
}

export function inflateClose(stream: usize): void {
  release(stream, STREAM_BYTES);
}

/** After `inflate`: the first byte of input that was not taken. What comes before it is not needed any more. */
export function inflateInput(stream: usize): usize {
  return changetype<Stream>(stream).input;
}

/** After `inflate`: the address behind the output. */
export function inflateOutput(stream: usize): usize {
  return changetype<Stream>(stream).output;
}

/** Gives the bits that were not used back to the input, by whole bytes; the rest of the current byte is dropped. */
export function alignToByte(stream: Stream): void {
  stream.input -= <usize>(stream.bitCount >> 3);
  stream.bits = 0;
  stream.bitCount = 0;
}

/** Gives whole bytes back to the input, since whoever brings more moves what lies behind `input`. */
export function giveBackBytes(stream: Stream): void {
  stream.input -= <usize>(stream.bitCount >> 3);
  stream.bitCount &= 7;
  stream.bits &= (1 << stream.bitCount) - 1;
}

/** Whether more bits were used than the input has: behind its end zeros are read. */
export function isBeyond(stream: Stream, inputEnd: usize): bool {
  return (<i64>stream.input << 3) - stream.bitCount > <i64>inputEnd << 3;
}
