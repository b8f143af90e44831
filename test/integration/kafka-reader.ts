import { zstdDecompressSync } from 'node:zlib';
import { decompressLz4Raw, decompressSnappy } from 'hyparquet-compressors';
import kafkajs, { type Kafka, type KafkaMessage } from 'kafkajs';

/** The codecs, as kafkajs names them, that batches of this process were decompressed by. */
export const decodersUsed = new Set<string>();

const { CompressionCodecs, CompressionTypes } = kafkajs;
for (const [name, decompress] of [
  ['Snappy', snappyBlocks],
  ['LZ4', lz4Frame],
  ['ZSTD', zstdDecompressSync],
] as const) {
  CompressionCodecs[CompressionTypes[name]] = () => ({
    compress: () => Promise.reject(new Error('the broker compresses')),
    decompress: async (bytes: Buffer) => {
      decodersUsed.add(name);
      return decompress(bytes);
    },
  });
}
const gzip = CompressionCodecs[CompressionTypes.GZIP]();
CompressionCodecs[CompressionTypes.GZIP] = () => ({
  compress: gzip.compress,
  decompress: (bytes: Buffer) => {
    decodersUsed.add('GZIP');
    return gzip.decompress(bytes);
  },
});

/** Kafka's snappy is that of xerial: a header of 16 bytes, then blocks with their sizes before them. */
function snappyBlocks(bytes: Buffer): Buffer {
  const blocks: Uint8Array[] = [];
  for (let at = 16; at < bytes.length; ) {
    const size = bytes.readInt32BE(at);
    const block = bytes.subarray(at + 4, at + 4 + size);
    blocks.push(decompressSnappy(block, varint(block)));
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}

function varint(bytes: Buffer): number {
  let value = 0;
  for (let at = 0, more = true; more; at++) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * 2 ** (7 * at);
    more = byte >= 0x80;
  }
  return value;
}

/** Kafka's lz4 is a frame without checksums of blocks. All blocks but the last are full; zeros after it disturb nobody. */
function lz4Frame(bytes: Buffer): Buffer {
  const [flags = 0, blockDescriptor = 0] = bytes.subarray(4, 6);
  const blockBytes = 2 ** (8 + 2 * ((blockDescriptor >> 4) & 7));
  const blocks: Uint8Array[] = [];
  for (let at = flags & 8 ? 15 : 7; ; ) {
    const size = bytes.readUInt32LE(at);
    if (size === 0) return Buffer.concat(blocks);
    const length = size & 0x7fffffff;
    const block = bytes.subarray(at + 4, at + 4 + length);
    blocks.push(size === length ? decompressLz4Raw(block, blockBytes) : block);
    at += 4 + length;
  }
}

export interface ReadMessage {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** The first `count` committed messages of a topic, in the order of each partition. */
export async function readMessages(kafka: Kafka, topic: string, count: number): Promise<ReadMessage[]> {
  const groupId = `${topic}-${Date.now()}`;
  // The first group of a broker waits until its coordinator is there.
  const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 50 };
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, retry });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    const read: ReadMessage[] = [];
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        // A group whose coordinator was made a moment ago is joined again.
        if (!payload.restart) reject(payload.error);
      });
      const eachMessage = async ({ partition, message }: ReadMessage) => {
        read.push({ partition, message });
        if (read.length === count) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    return read;
  } finally {
    await consumer.disconnect();
  }
}
