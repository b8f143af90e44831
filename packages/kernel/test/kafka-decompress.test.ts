import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CODEC, KAFKA_DAMAGE, RECORDS } from '@hourmill/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lz4FrameTwin, snappyTwin } from './support/decompress-twin.ts';
import { changed, changes } from './support/kafka-arbitraries.ts';
import { batchOf, encodeBatch, encodeRecords, recordOf } from './support/kafka-batches.ts';
import { JAVA_LZ4, lz4Frame, rawSnappy, xerialSnappy } from './support/kafka-codecs.ts';
import { decompress, indexAll, readBatch } from './support/kafka-kernel.ts';
import { GOLDEN_FRAMES, GOLDEN_TEXT } from './support/lz4-golden.ts';
import { randomNumbers } from './support/random.ts';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const ROOM = 1 << 20;

interface Packer {
  readonly name: string;
  readonly codec: number;
  readonly pack: (text: Buffer) => Buffer;
  /** The plain way back; undefined for what is damaged. */
  readonly twin: (packed: Buffer) => Buffer | undefined;
}

function lz4(name: string, options: Partial<typeof JAVA_LZ4>): Packer {
  const pack = (text: Buffer) => lz4Frame(text, { ...JAVA_LZ4, ...options });
  return { name: `lz4, ${name}`, codec: CODEC.lz4, pack, twin: lz4FrameTwin };
}

const PACKERS: readonly Packer[] = [
  { name: 'snappy, raw', codec: CODEC.snappy, pack: rawSnappy, twin: snappyTwin },
  { name: 'snappy, as the Java client frames it', codec: CODEC.snappy, pack: xerialSnappy, twin: snappyTwin },
  { name: 'snappy, framed by 100', codec: CODEC.snappy, pack: (text) => xerialSnappy(text, 100), twin: snappyTwin },
  lz4('as the Java client writes it', {}),
  lz4('linked blocks', { linked: true }),
  lz4('all checksums', { blockChecksums: true, contentSize: true, contentChecksum: true }),
  lz4('linked, large blocks and all checksums', {
    blockBytes: 1 << 22,
    linked: true,
    blockChecksums: true,
    contentSize: true,
    contentChecksum: true,
  }),
  {
    name: 'gzip',
    codec: CODEC.gzip,
    pack: (text) => gzipSync(text),
    twin: (packed) => {
      try {
        return gunzipSync(packed);
      } catch {
        return undefined;
      }
    },
  },
];

/** Runs, periods, and what does not shrink. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 400 })).map(([unit, times]) => {
    return Uint8Array.from({ length: unit.length * times }, (_, index) => unit[index % unit.length] ?? 0);
  }),
);
const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));
/** Texts of several blocks, with repeats from far and near. */
const longTexts = fc.tuple(texts, texts, fc.integer({ min: 1, max: 60 })).map(([a, b, times]) => {
  return Buffer.concat(Array.from({ length: times }, () => [a, b, a]).flat()).subarray(0, 250_000);
});

function unpack({ codec }: Packer, packed: Buffer, room = ROOM): Buffer | number {
  return decompress(kernel, codec, packed, room);
}

describe.each(PACKERS)('$name', (packer) => {
  test('gives the text that was compressed', () => {
    fc.assert(
      fc.property(fc.oneof(texts, longTexts), (text) => {
        expect(text.equals(unpack(packer, packer.pack(text)) as Buffer)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('that is cut at any byte is damage, or the text so far where that is whole', () => {
    const text = Buffer.from('{"page":"/home","country":"DE"}\n'.repeat(60));
    const packed = packer.pack(text);
    for (let length = 0; length < packed.length; length++) {
      const cut = packed.subarray(0, length);
      const got = unpack(packer, cut);
      const expected = packer.twin(cut);
      if (expected === undefined) expect(KAFKA_DAMAGE[got as number], `${length} bytes`).toBeTypeOf('string');
      else expect(got, `${length} bytes`).toEqual(expected);
    }
  });

  test('with changed bytes is refused or read as by the plain way', () => {
    fc.assert(
      fc.property(texts, changes, (text, all) => {
        const broken = changed(packer.pack(text), 0, all);
        const got = unpack(packer, broken);
        const expected = packer.twin(broken);
        if (expected === undefined) expect(got).toBeLessThan(0);
        else expect(got).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('ends at the cap, and fills room that is just enough', () => {
    const text = Buffer.from(Buffer.alloc(300_000, 'bomb'));
    const packed = packer.pack(text);
    expect(packed.length).toBeLessThan(text.length / 2);
    for (const room of [0, 1, 1000, 65_535, 65_536, text.length - 1]) {
      expect(unpack(packer, packed, room), `${room} bytes`).toBe(RECORDS.tooLarge);
    }
    expect(text.equals(unpack(packer, packed, text.length) as Buffer)).toBe(true);
  });

  test('gives nothing for nothing', () => {
    const packed = packer.pack(Buffer.alloc(0));
    expect(unpack(packer, packed, 0)).toEqual(Buffer.alloc(0));
  });

  test('brings the records of a batch back', () => {
    const batch = batchOf(
      Array.from({ length: 2000 }, (_, index) => recordOf(index, `{"row":${index}}`)),
      { codec: packer.codec },
    );
    const stored = packer.pack(encodeRecords(batch.records));
    const encoded = encodeBatch(batch, stored);
    const described = readBatch(kernel, encoded).batch;
    expect(described).toMatchObject({ codec: packer.codec, records: 2000 });
    const bytes = unpack(packer, encoded.subarray(61)) as Buffer;
    readBatch(kernel, encoded);
    const records = indexAll(kernel, bytes, 512);
    expect(records).toHaveLength(2000);
    expect(records).toMatchObject([...batch.records].map(({ value }) => ({ value })));
  });
});

describe('decompression', () => {
  test('of zstd is left to the host, and so is what is not compressed', () => {
    const records = encodeRecords([recordOf(0, 'a')]);
    const batch = encodeBatch(batchOf([recordOf(0, 'a')], { codec: CODEC.zstd }), zstdCompressSync(records));
    expect(readBatch(kernel, batch).batch?.codec).toBe(CODEC.zstd);
    expect(indexAll(kernel, zstdDecompressSync(batch.subarray(61)), 10)).toHaveLength(1);
    for (const codec of [CODEC.none, CODEC.zstd, 5, 7]) {
      expect(KAFKA_DAMAGE[decompress(kernel, codec, batch.subarray(61), 100) as number]).toContain('not decompressed');
    }
  });

  const lines = Buffer.from(Array.from({ length: 3000 }, (_, index) => `row ${index} of 3000\n`).join(''));

  test.each(GOLDEN_FRAMES)('reads what lz4 %s wrote, and never a frame of it that is cut', (_, frame) => {
    const got = decompress(kernel, CODEC.lz4, frame, ROOM);
    expect(GOLDEN_TEXT.equals(got as Buffer)).toBe(true);
    for (let length = 0; length < frame.length; length++) {
      expect(decompress(kernel, CODEC.lz4, frame.subarray(0, length), ROOM), `${length} bytes`).toBeLessThan(0);
    }
  });

  test.each([
    ['a snappy frame of version 2', CODEC.snappy, patched(xerialSnappy(lines), 15, 2), -12],
    ['a snappy block said to be longer than 32 bits', CODEC.snappy, Buffer.from([255, 255, 255, 255, 255, 1]), -13],
    ['a snappy block without its length', CODEC.snappy, Buffer.alloc(0), -13],
    ['a snappy match before the text', CODEC.snappy, Buffer.from([8, 0, 97, 1, 2]), -15],
    ['a snappy match at distance 0', CODEC.snappy, Buffer.from([8, 0, 97, 1, 0]), -15],
    ['a snappy text that is too short', CODEC.snappy, Buffer.from([8, 0, 97]), -16],
    ['a snappy text that is too long', CODEC.snappy, Buffer.from([1, 4, 97, 98]), -16],
    ['a snappy match that is cut', CODEC.snappy, Buffer.from([8, 0, 97, 2, 1]), -14],
    ['snappy literals that are cut', CODEC.snappy, Buffer.from([8, 4, 97]), -14],
    ['an LZ4 frame of another magic', CODEC.lz4, patched(lz4Frame(lines, JAVA_LZ4), 0, 5), -20],
    ['an LZ4 header with a wrong checksum', CODEC.lz4, patched(lz4Frame(lines, JAVA_LZ4), 6, 0), -21],
    ['an LZ4 frame with a dictionary', CODEC.lz4, patched(lz4Frame(lines, JAVA_LZ4), 4, 0x61), -22],
    ['an LZ4 frame without its end', CODEC.lz4, lz4Frame(lines, JAVA_LZ4).subarray(0, -1), -23],
    ['an LZ4 frame with something behind', CODEC.lz4, Buffer.concat([lz4Frame(lines, JAVA_LZ4), Buffer.alloc(1)]), -29],
    ['gzip that is none', CODEC.gzip, Buffer.from('not gzip'.repeat(10)), -102],
    ['gzip that ends early', CODEC.gzip, gzipSync(lines).subarray(0, -1), -101],
  ])('names what is wrong with %s', (_, codec, packed, answer) => {
    expect(decompress(kernel, codec, packed, ROOM)).toBe(answer);
    expect(KAFKA_DAMAGE[answer]).toBeTypeOf('string');
  });

  test('knows all elements of snappy', () => {
    const literals = Buffer.alloc(300, 'abcdefg');
    const elements = [
      [0x09, 0x07], // 6 from 7 before
      [0x0e, 0x2c, 0x01], // 4 from 300 before
      [0x0f, 0x02, 0, 0, 0], // 4 from 2 before
    ];
    const text = Buffer.concat([literals, literals.subarray(293, 299), literals.subarray(6, 10), Buffer.from('bcbc')]);
    // The number of literals in two, three and four bytes.
    for (const length of [
      [0xf4, 43, 1],
      [0xf8, 43, 1, 0],
      [0xfc, 43, 1, 0, 0],
    ]) {
      const packed = Buffer.concat([
        Buffer.from([0xba, 0x02]),
        Buffer.from(length),
        literals,
        Buffer.from(elements.flat()),
      ]);
      expect(decompress(kernel, CODEC.snappy, packed, ROOM)).toEqual(text);
      expect(snappyTwin(packed)).toEqual(text);
    }
  });

  test('holds LZ4 to the size of its blocks, stored or not', () => {
    const linked = { ...JAVA_LZ4, blockBytes: 1 << 18 };
    for (const text of [Buffer.alloc(100_000), noise(100_000)]) {
      const frame = lz4Frame(text, linked);
      // The same blocks, in a frame of 64 KiB blocks.
      const head = lz4Frame(Buffer.alloc(0), JAVA_LZ4).subarray(0, 7);
      expect(decompress(kernel, CODEC.lz4, Buffer.concat([head, frame.subarray(7)]), ROOM)).toBe(-24);
    }
  });

  test('checks every checksum of an LZ4 frame, and its size', () => {
    const options = { ...JAVA_LZ4, blockChecksums: true, contentSize: true, contentChecksum: true };
    const frame = lz4Frame(lines, options);
    const end = frame.length;
    // Of the content, and before it and the end mark that of the last block.
    expect(decompress(kernel, CODEC.lz4, patched(frame, end - 1, (frame[end - 1] ?? 0) ^ 1), ROOM)).toBe(-28);
    expect(decompress(kernel, CODEC.lz4, patched(frame, end - 9, (frame[end - 9] ?? 0) ^ 1), ROOM)).toBe(-26);
    const size = lz4Frame(lines, { ...options, contentChecksum: false });
    const shorter = lz4Frame(lines.subarray(1), { ...options, contentChecksum: false });
    shorter.copy(size, 0, 0, 15);
    expect(decompress(kernel, CODEC.lz4, size, ROOM)).toBe(-27);
  });

  test('gives its memory back', () => {
    const packed = gzipSync(lines);
    const before = kernel.exports.bytesInUse();
    decompress(kernel, CODEC.gzip, packed, ROOM);
    decompress(kernel, CODEC.gzip, packed.subarray(5), ROOM);
    decompress(kernel, CODEC.gzip, packed, 10);
    expect(kernel.exports.bytesInUse()).toBe(before);
  });
});

function noise(length: number): Buffer {
  const random = randomNumbers(1);
  return Buffer.from(Uint8Array.from({ length }, () => random(256)));
}

function patched(bytes: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte;
  return copy;
}
