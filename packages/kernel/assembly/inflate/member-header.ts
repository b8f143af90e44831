// The header of a gzip member (RFC 1952, 2.3), which may end anywhere in the input: a name has no limit. Reads input byte
// by byte; writes nothing but the stream's header fields. Its own CRC is checked where it has one, as zlib does.
import { crc32 } from './crc-table';
import { BAD_HEADER_CRC, NEEDS_INPUT, NO_GZIP, Stream } from './stream';

const FIXED_BYTES: usize = 10;
/** ID1, ID2 and CM. */
const MAGIC: u32 = 0x088b1f;
const HAS_CRC: u32 = 2;
const HAS_EXTRA: u32 = 4;
const HAS_NAME: u32 = 8;
const HAS_COMMENT: u32 = 16;
const RESERVED: u32 = 0xe0;

// Steps: what comes next.
const FIXED: i32 = 0;
const EXTRA_LENGTH: i32 = 1;
const EXTRA: i32 = 2;
const NAME: i32 = 3;
const COMMENT: i32 = 4;
const CRC: i32 = 5;

export const HEADER_DONE: i32 = 0;

/** Takes what is there of the header from the input. */
export function readMemberHeader(stream: Stream, inputEnd: usize): i32 {
  while (true) {
    const at = stream.input;
    const available = inputEnd - at;
    switch (stream.headerStep) {
      case FIXED: {
        if (available < FIXED_BYTES) return NEEDS_INPUT;
        if ((load<u32>(at) & 0xffffff) != MAGIC) return NO_GZIP;
        stream.headerFlags = load<u8>(at, 3);
        if (stream.headerFlags & RESERVED) return NO_GZIP;
        stream.headerCrc = 0;
        take(stream, FIXED_BYTES);
        stream.headerStep = stream.headerFlags & HAS_EXTRA ? EXTRA_LENGTH : NAME;
        break;
      }
      case EXTRA_LENGTH: {
        if (available < 2) return NEEDS_INPUT;
        stream.headerSkip = load<u16>(at);
        take(stream, 2);
        stream.headerStep = EXTRA;
        break;
      }
      case EXTRA: {
        const skipped = min(available, <usize>stream.headerSkip);
        take(stream, skipped);
        stream.headerSkip -= <u32>skipped;
        if (stream.headerSkip) return NEEDS_INPUT;
        stream.headerStep = NAME;
        break;
      }
      case NAME: {
        if (stream.headerFlags & HAS_NAME && !takeText(stream, inputEnd)) return NEEDS_INPUT;
        stream.headerStep = COMMENT;
        break;
      }
      case COMMENT: {
        if (stream.headerFlags & HAS_COMMENT && !takeText(stream, inputEnd)) return NEEDS_INPUT;
        stream.headerStep = CRC;
        break;
      }
      default: {
        if (stream.headerFlags & HAS_CRC) {
          if (available < 2) return NEEDS_INPUT;
          if (load<u16>(at) != <u16>stream.headerCrc) return BAD_HEADER_CRC;
          stream.input = at + 2;
        }
        stream.headerStep = FIXED;
        return HEADER_DONE;
      }
    }
  }
}

function take(stream: Stream, bytes: usize): void {
  if (stream.headerFlags & HAS_CRC) stream.headerCrc = crc32(stream.headerCrc, stream.input, bytes);
  stream.input += bytes;
}

/** Takes up to and with a zero byte. False when it is not there. */
function takeText(stream: Stream, inputEnd: usize): bool {
  let at = stream.input;
  while (at < inputEnd && load<u8>(at)) at++;
  const found = at < inputEnd;
  take(stream, at + <usize>found - stream.input);
  return found;
}
