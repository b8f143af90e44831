import { gzipSync, zstdCompressSync } from 'node:zlib';
import { JAVA_LZ4, lz4Frame, rawSnappy, xerialSnappy } from '../../../kernel/test/support/kafka-codecs.ts';

/** `xerial` is snappy as the Java client frames it. */
export const LOG_CODECS = ['none', 'gzip', 'snappy', 'xerial', 'lz4', 'zstd'] as const;
export type LogCodec = (typeof LOG_CODECS)[number];

/** The records of a batch as a producer stores them. */
export function compressRecords(codec: LogCodec, records: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return records;
    case 'gzip':
      return gzipSync(records);
    case 'snappy':
      return rawSnappy(records);
    case 'xerial':
      return xerialSnappy(records);
    case 'lz4':
      return lz4Frame(records, JAVA_LZ4);
    case 'zstd':
      return zstdCompressSync(records);
  }
}
