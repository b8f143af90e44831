import { compressSync as compressLz4 } from 'lz4-napi';
import { compressSync as compressSnappy } from 'snappy';
import { xxh32Twin } from './xxh32-twin.ts';

/** What an LZ4 frame has, besides blocks. */
export interface Lz4Options {
  readonly blockBytes: number;
  /** Matches may go back into the blocks before. */
  readonly linked: boolean;
  readonly blockChecksums: boolean;
  readonly contentSize: boolean;
  readonly contentChecksum: boolean;
}

/** As the Java client writes frames. */
export const JAVA_LZ4: Lz4Options = {
  blockBytes: 65_536,
  linked: false,
  blockChecksums: false,
  contentSize: false,
  contentChecksum: false,
};

const WINDOW_BYTES = 65_535;
const STORED = 0x80000000;

/** An LZ4 frame around blocks of an independent compressor; a block that would not shrink is stored. */
export function lz4Frame(text: Buffer, options: Lz4Options): Buffer {
  const flags =
    0x40 |
    (options.linked ? 0 : 0x20) |
    (options.blockChecksums ? 0x10 : 0) |
    (options.contentSize ? 0x08 : 0) |
    (options.contentChecksum ? 0x04 : 0);
  const descriptor = (Math.log2(options.blockBytes) - 8) << 3;
  const header = Buffer.concat([Buffer.from([flags, descriptor]), options.contentSize ? little64(text.length) : none]);
  const parts: Buffer[] = [little32(0x184d2204), header, Buffer.from([(xxh32Twin(header) >>> 8) & 255])];
  for (let from = 0; from < text.length; from += options.blockBytes) {
    const block = text.subarray(from, from + options.blockBytes);
    const before = options.linked ? text.subarray(Math.max(0, from - WINDOW_BYTES), from) : none;
    const packed = before.length > 0 ? compressLz4(block, before).subarray(4) : compressLz4(block).subarray(4);
    const isStored = packed.length >= block.length;
    const data = isStored ? block : packed;
    parts.push(little32(data.length + (isStored ? STORED : 0)), data);
    if (options.blockChecksums) parts.push(little32(xxh32Twin(data)));
  }
  parts.push(little32(0), options.contentChecksum ? little32(xxh32Twin(text)) : none);
  return Buffer.concat(parts);
}

/** One raw block. */
export function rawSnappy(text: Buffer): Buffer {
  return Buffer.from(compressSnappy(text));
}

/** As the Java client writes snappy: blocks of 32 KiB in snappy-java's framing. */
export function xerialSnappy(text: Buffer, blockBytes = 32_768): Buffer {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const parts: Buffer[] = [header];
  for (let from = 0; from < text.length; from += blockBytes) {
    const block = rawSnappy(text.subarray(from, from + blockBytes));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

const none = Buffer.alloc(0);

function little32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function little64(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
}
