// The records of a batch from their codec to bytes. Reads input in [at, end), none outside; writes output up to `limit`, and
// 353 bytes behind that may be overwritten: the overshoot of inflate behind a limit of one more, of which the others need 48.
// One call a batch: what it costs is said by the codecs' own files.
import { NOT_DECODED } from './answers';
import { GZIP_CODEC, LZ4, SNAPPY } from './batch-header';
import { decodeGzip } from './gzip';
import { decodeLz4Frame } from './lz4-frame';
import { decodeSnappy } from './snappy';

/** Bytes written at `out`; TOO_LARGE when they would pass `limit`; NOT_DECODED for other codecs; or damage (< 0). */
export function decompressRecords(codec: i32, at: usize, end: usize, out: usize, limit: usize): i32 {
  switch (codec) {
    case GZIP_CODEC:
      return decodeGzip(at, end, out, limit);
    case SNAPPY:
      return decodeSnappy(at, end, out, limit);
    case LZ4:
      return decodeLz4Frame(at, end, out, limit);
    default:
      return NOT_DECODED;
  }
}
