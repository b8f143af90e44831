import { zstdCompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { JAVA_LZ4, lz4Frame, rawSnappy } from '../../packages/kernel/test/support/kafka-codecs.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Codecs for the producers of kafkajs, which brings gzip alone. Snappy is the plain block of librdkafka; a broker writes that of xerial. */
for (const [name, compress] of [
  ['Snappy', rawSnappy],
  ['LZ4', (bytes: Buffer) => lz4Frame(bytes, JAVA_LZ4)],
  ['ZSTD', zstdCompressSync],
] as const) {
  CompressionCodecs[CompressionTypes[name]] = () => ({
    compress: async ({ buffer }: { readonly buffer: Buffer }) => compress(buffer),
    decompress: () => Promise.reject(new Error('these tests read nothing with kafkajs')),
  });
}

/** By the names of `compression.type`. */
export const PRODUCER_CODECS = {
  uncompressed: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;
