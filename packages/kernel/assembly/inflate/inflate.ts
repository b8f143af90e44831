// A gzip file (RFC 1952) to its text: members one after another, and nothing else behind the last. Reads input in pieces and
// writes text in pieces; CRC and size of each member are checked. 0.9 ns a byte of JSON lines.
import { readDynamicCodes, readFixedCodes } from './block-header';
import { crcAdd, crcBegin, crcEnd } from './crc-fold';
import { HEADER_DONE, readMemberHeader } from './member-header';
import {
  alignToByte,
  BAD_BLOCK_TYPE,
  BAD_CODES,
  BAD_CRC,
  BAD_SIZE,
  BAD_STORED_LENGTH,
  BLOCK_HEADER,
  checksumOf,
  ENDED,
  giveBackBytes,
  isBeyond,
  MEMBER_HEADER,
  NEEDS_INPUT,
  OUTPUT_FULL,
  STORED_BYTES,
  Stream,
  SYMBOLS,
  TRAILER,
  TRUNCATED,
  WINDOW_BYTES,
} from './stream';
import { decodeSymbols, END_OF_BLOCK } from './symbols';

/** Before the end of a piece of input decoding of symbols stops: one round of the loop takes less. */
const SYMBOL_MARGIN: usize = 64;
/** What the header of a block takes at most: 17 bits and 316 lengths of 14, and what is loaded ahead. */
const HEADER_MARGIN: usize = 700;
/** So many bytes of zeros may be decoded behind the end of the file before it is noticed. */
const END_MARGIN: usize = 8;
const TRAILER_BYTES: usize = 8;

/**
 * Goes on with a stream: takes input from `[input, inputEnd)`, writes text from `output` on until that has passed
 * `outputLimit`.
 *
 * - `isEnd`: nothing follows the input. Then 1,024 zeros must lie behind it.
 * - The 32 KiB before `output`, as far as the stream has written that much, must be its last text.
 * - Up to OVERSHOOT bytes behind `outputLimit` may be text, all of them may be overwritten.
 *
 * The answer is ENDED, NEEDS_INPUT (1 KiB is always enough to go on), OUTPUT_FULL, or damage (< 0), after which the stream
 * must not be used. What was taken and written: `inflateInput`, `inflateOutput`.
 */
export function inflate(
  handle: usize,
  input: usize,
  inputEnd: usize,
  isEnd: bool,
  output: usize,
  outputLimit: usize,
): i32 {
  const stream = changetype<Stream>(handle);
  stream.input = input;
  stream.output = output;
  const answer = run(stream, inputEnd, isEnd, outputLimit);
  if (answer != NEEDS_INPUT) return answer;
  if (isEnd) return TRUNCATED;
  giveBackBytes(stream);
  return answer;
}

function run(stream: Stream, inputEnd: usize, isEnd: bool, outputLimit: usize): i32 {
  while (true) {
    switch (stream.phase) {
      case MEMBER_HEADER: {
        if (stream.input == inputEnd && isEnd && stream.hasMember && !stream.headerStep) return ENDED;
        const answer = readMemberHeader(stream, inputEnd);
        if (answer != HEADER_DONE) return answer;
        stream.bits = 0;
        stream.bitCount = 0;
        stream.memberBytes = 0;
        stream.isLastBlock = false;
        crcBegin(checksumOf(stream));
        stream.phase = BLOCK_HEADER;
        break;
      }
      case BLOCK_HEADER: {
        if (stream.isLastBlock) {
          alignToByte(stream);
          stream.phase = TRAILER;
          break;
        }
        if (isEnd ? stream.input > inputEnd + END_MARGIN : stream.input + HEADER_MARGIN > inputEnd) return NEEDS_INPUT;
        const answer = readBlockHeader(stream);
        // Zeros behind the end may look like anything.
        if (isEnd && isBeyond(stream, inputEnd)) return TRUNCATED;
        if (answer < 0) return answer;
        break;
      }
      case STORED_BYTES: {
        copyStored(stream, inputEnd, outputLimit);
        if (stream.output >= outputLimit) return OUTPUT_FULL;
        if (stream.storedBytes) return NEEDS_INPUT;
        stream.phase = BLOCK_HEADER;
        break;
      }
      case SYMBOLS: {
        const answer = readSymbols(stream, inputEnd, isEnd, outputLimit);
        if (isEnd && isBeyond(stream, inputEnd)) return TRUNCATED;
        if (answer != END_OF_BLOCK) return answer;
        stream.phase = BLOCK_HEADER;
        break;
      }
      default: {
        if (stream.input + TRAILER_BYTES > inputEnd) return NEEDS_INPUT;
        if (crcEnd(checksumOf(stream)) != load<u32>(stream.input)) return BAD_CRC;
        if (<u32>stream.memberBytes != load<u32>(stream.input, 4)) return BAD_SIZE;
        stream.input += TRAILER_BYTES;
        stream.hasMember = true;
        stream.phase = MEMBER_HEADER;
      }
    }
  }
}

function readBlockHeader(stream: Stream): i32 {
  stream.bits |= load<u64>(stream.input) << stream.bitCount;
  stream.input += (63 - stream.bitCount) >> 3;
  stream.bitCount |= 56;
  stream.isLastBlock = <bool>(stream.bits & 1);
  const type = <i32>(stream.bits >> 1) & 3;
  stream.bits >>= 3;
  stream.bitCount -= 3;
  stream.phase = SYMBOLS;
  if (type == 0) return readStoredLength(stream);
  if (type == 1) readFixedCodes(stream);
  else if (type == 2) return readDynamicCodes(stream) ? 0 : BAD_CODES;
  else return BAD_BLOCK_TYPE;
  return 0;
}

function readStoredLength(stream: Stream): i32 {
  alignToByte(stream);
  const length = load<u16>(stream.input);
  if ((length ^ load<u16>(stream.input, 2)) != 0xffff) return BAD_STORED_LENGTH;
  stream.input += 4;
  stream.storedBytes = length;
  stream.phase = STORED_BYTES;
  return 0;
}

/** What is there of a stored block, as far as the output has room. */
function copyStored(stream: Stream, inputEnd: usize, outputLimit: usize): void {
  const available = min(inputEnd - stream.input, <usize>stream.storedBytes);
  const copied = min(available, max(outputLimit, stream.output) - stream.output);
  memory.copy(stream.output, stream.input, copied);
  written(stream, stream.output + copied);
  stream.input += copied;
  stream.storedBytes -= <u32>copied;
}

function readSymbols(stream: Stream, inputEnd: usize, isEnd: bool, outputLimit: usize): i32 {
  const from = stream.output;
  const lowest = from - <usize>min(stream.memberBytes, WINDOW_BYTES);
  const inputLimit = isEnd ? inputEnd + END_MARGIN : inputEnd > SYMBOL_MARGIN ? inputEnd - SYMBOL_MARGIN : 0;
  const answer = decodeSymbols(stream, inputLimit, outputLimit, lowest);
  const to = stream.output;
  stream.output = from;
  written(stream, to);
  return answer;
}

/** Counts the text between the stream's output and `to` in. */
function written(stream: Stream, to: usize): void {
  crcAdd(checksumOf(stream), stream.output, to - stream.output);
  stream.memberBytes += to - stream.output;
  stream.output = to;
}
