import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Compression, HourmillError } from '@hourmill/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompress } from '../src/read/decompress.ts';

const TEXT = Buffer.from('{"a":1}\n'.repeat(100));
const COMPRESS = { gzip: gzipSync, zstd: zstdCompressSync } as const;

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function decompressed(bytes: Uint8Array, compression: Compression, size = 7): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(decompress(pieces(bytes, size), compression, 'file:///x')));
}

describe.each(['gzip', 'zstd'] as const)('%s', (compression) => {
  const whole = COMPRESS[compression](TEXT);

  test('gives the bytes back, however the file is cut into pieces and members', async () => {
    const arbitrary = fc.tuple(
      fc.array(fc.uint8Array({ maxLength: 2000 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 300 }),
    );
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([members, size]) => {
        const file = Buffer.concat(members.map((member) => COMPRESS[compression](member)));
        expect(await decompressed(file, compression, size)).toEqual(Buffer.concat(members));
      }),
      { numRuns: 60 },
    );
  });

  test('gives back far more than fits into one piece', async () => {
    const large = Buffer.alloc(3_000_000, '0123456789abcdef\n');
    const file = Buffer.concat([COMPRESS[compression](large), COMPRESS[compression](large)]);
    expect((await decompressed(file, compression, 65_536)).equals(Buffer.concat([large, large]))).toBe(true);
  });

  test.each([
    ['is cut short', whole.subarray(0, -3)],
    ['is cut short in its second member', Buffer.concat([whole, whole.subarray(0, 12)])],
    ['is cut short after one byte of its second member', Buffer.concat([whole, whole.subarray(0, 1)])],
    ['has text behind its end', Buffer.concat([whole, Buffer.from('hello')])],
    ['has zeros behind its end', Buffer.concat([whole, Buffer.alloc(20)])],
    ['is empty', Buffer.alloc(0)],
    ['is not compressed at all', TEXT],
    ['is damaged', whole.map((byte, index) => (index === whole.length - 5 ? byte ^ 0xff : byte))],
  ])('refuses a file that %s', async (_, file) => {
    for (const size of [1, 7, 1_000_000]) {
      await expect(decompressed(file, compression, size)).rejects.toMatchObject({ code: 'HM_INPUT_003' });
    }
  });

  test('passes on the error of the input itself', async () => {
    const gone = new HourmillError('HM_INPUT_002', 'changed');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 15);
      throw gone;
    }
    await expect(Array.fromAsync(decompress(failing(), compression, 'x'))).rejects.toBe(gone);
  });

  test('closes the input when the reader stops early', async () => {
    let closed = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield whole;
      } finally {
        closed = true;
      }
    }
    for await (const _ of decompress(watched(), compression, 'x')) break;
    expect(closed).toBe(true);
  });
});

test('skippable zstd frames hold no records', async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const frame = zstdCompressSync(TEXT);
  const file = Buffer.concat([skippable, frame, skippable, frame, skippable]);
  expect(await decompressed(file, 'zstd')).toEqual(Buffer.concat([TEXT, TEXT]));
});

test('a plain file may be empty', async () => {
  expect(await decompressed(Buffer.alloc(0), 'none')).toEqual(Buffer.alloc(0));
});
