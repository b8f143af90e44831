// A record set, as a Fetch response has it, batch by batch. Reads bytes in [at, end), none outside; writes the descriptor
// (batch-descriptor.ts). A batch is described only when it is whole and its CRC fits, so that what follows need not ask whether
// bytes are those that were produced; only whether the producer made sense. 25 ns a batch beside the CRC.
import {
  BAD_CODEC,
  BAD_COUNT,
  BAD_CRC,
  BAD_LENGTH,
  BAD_MAGIC,
  BAD_OFFSETS,
  BATCH,
  ENDED,
  NEEDS_MORE,
  OLD_FORMAT,
} from './answers';
import { describeBatch, describeLength } from './batch-descriptor';
import {
  ATTRIBUTES,
  BASE_OFFSET,
  bigI16,
  bigI32,
  bigI64,
  CODEC_MASK,
  CRC,
  HEADER_BYTES,
  LAST_OFFSET_DELTA,
  LEAST_BYTES,
  LENGTH,
  LENGTH_END,
  MAGIC,
  MAGIC_END,
  NONE,
  RECORDS_COUNT,
  ZSTD,
} from './batch-header';
import { crc32c } from './crc32c';
import { countFits } from './record-count';

const MAGIC_2: i32 = 2;

/**
 * Looks at the batch at `at`, with the record set's end at `end`: BATCH when all of it is there and sound, ENDED, NEEDS_MORE,
 * OLD_FORMAT, or damage (< 0). Of what is no BATCH the descriptor has only the bytes that it says to have, 0 if these are not there.
 */
export function readRecordBatch(at: usize, end: usize): i32 {
  describeLength(0);
  if (at >= end) return ENDED;
  const available = end - at;
  if (available < LENGTH_END) return NEEDS_MORE;
  const length = bigI32(at + LENGTH);
  if (length < <i32>(LEAST_BYTES - LENGTH_END)) return BAD_LENGTH;
  const bytes = LENGTH_END + <usize>length;
  describeLength(bytes);
  if (available < MAGIC_END) return NEEDS_MORE;
  const magic = <i32>load<i8>(at, MAGIC);
  if (magic < 0 || magic > MAGIC_2) return BAD_MAGIC;
  if (magic < MAGIC_2) return OLD_FORMAT;
  if (bytes < HEADER_BYTES) return BAD_LENGTH;
  if (bytes > available) return NEEDS_MORE;
  if (crc32c(at + ATTRIBUTES, bytes - ATTRIBUTES) != <u32>bigI32(at + CRC)) return BAD_CRC;
  const answer = checkHeader(at, bytes);
  if (answer == BATCH) describeBatch(at, bytes);
  return answer;
}

function checkHeader(at: usize, bytes: usize): i32 {
  const codec = bigI16(at + ATTRIBUTES) & CODEC_MASK;
  if (codec > ZSTD) return BAD_CODEC;
  const offset = bigI64(at + BASE_OFFSET);
  const lastDelta = bigI32(at + LAST_OFFSET_DELTA);
  if (offset < 0 || lastDelta < 0 || offset > i64.MAX_VALUE - <i64>lastDelta) return BAD_OFFSETS;
  // Compaction leaves batches with fewer records than offsets, down to none.
  const count = bigI32(at + RECORDS_COUNT);
  if (count < 0 || <i64>count > <i64>lastDelta + 1) return BAD_COUNT;
  if (codec == NONE && !countFits(count, bytes - HEADER_BYTES)) return BAD_COUNT;
  return BATCH;
}
