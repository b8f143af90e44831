import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Compression, HourmillError, type ObjectSplit } from '@hourmill/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testKernel } from '../../kernel/test/support/test-kernel.ts';
import { decompress } from '../../reference/src/read/decompress.ts';
import { openText } from '../src/read/open-text.ts';
import type { TextProducer } from '../src/read/text-producer.ts';
import { TextStream } from '../src/read/text-stream.ts';
import { ZstdStreamText } from '../src/read/zstd/zstd-stream-text.ts';
import { readLines } from './support/read-lines.ts';
import { readerOf } from './support/split-readers.ts';

const kernel = testKernel();
const MAX_RECORD_BYTES = 1000;
const TEXT = Buffer.from('{"a":1}\n'.repeat(100));

type Kind = 'gzip' | 'zstd' | 'zstd by streams';
const KINDS: readonly Kind[] = ['gzip', 'zstd', 'zstd by streams'];
const compressionOf = (kind: Kind): Compression => (kind === 'gzip' ? 'gzip' : 'zstd');
const compress = (kind: Kind, text: Uint8Array): Buffer => (kind === 'gzip' ? gzipSync(text) : zstdCompressSync(text));

function splitOf(file: Uint8Array, compression: Compression): ObjectSplit {
  return { type: 'object', ordinal: 0, id: 'file:///x', bytes: file.length, etag: '', compression };
}

/** All text that the stream gives. */
async function textOf(kind: Kind, file: Uint8Array, step?: number, waiting = false): Promise<string> {
  const reader = readerOf(file, step, waiting);
  const split = splitOf(file, compressionOf(kind));
  const request = { kernel, reader, split, from: 0, to: file.length, maxRecordBytes: MAX_RECORD_BYTES };
  const stream =
    kind === 'zstd by streams' ? new TextStream(new ZstdStreamText(kernel, reader, split), request) : openText(request);
  return (await readLines(kernel, stream, MAX_RECORD_BYTES + 2)).map(({ text }) => text).join('');
}

/** What the reference engine reads of the file, without a BOM and with an LF at its end. */
async function referenceText(kind: Kind, file: Uint8Array): Promise<string> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield file;
  }
  return asText(Buffer.concat(await Array.fromAsync(decompress(pieces(), compressionOf(kind), 'x'))));
}

function asText(bytes: Buffer): string {
  const text = bytes.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

describe.each(KINDS)('the text of a split: %s', (kind) => {
  const whole = compress(kind, TEXT);

  test('is what was compressed, in members of any size, however its bytes come', async () => {
    const lines = fc.string({
      unit: fc.constantFrom('a', 'ä', '\n', '\ufeff', '{"a":1}', 'x'.repeat(40)),
      maxLength: 200,
    });
    const members = fc.array(lines, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(members, fc.integer({ min: 1, max: 300 }), fc.boolean(), async (texts, step, waiting) => {
        const file = Buffer.concat(texts.map((text) => compress(kind, Buffer.from(text))));
        expect(await textOf(kind, file, step, waiting)).toBe(asText(Buffer.from(texts.join(''))));
      }),
      { numRuns: kind === 'zstd by streams' ? 30 : 100 },
    );
  });

  test('may be far longer than a window, in several members', async () => {
    const large = Buffer.from(Array.from({ length: 40_000 }, (_, row) => `{"row":${row},"n":${row % 977}}\n`).join(''));
    const file = Buffer.concat([compress(kind, large), compress(kind, large)]);
    const text = await textOf(kind, file, 100_000, true);
    expect(Buffer.from(text, 'latin1').equals(Buffer.concat([large, large]))).toBe(true);
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
  ])('is HM_INPUT_003 when the file %s', async (_, file) => {
    for (const step of [1, 7, 1_000_000]) {
      await expect(textOf(kind, file, step)).rejects.toMatchObject({
        code: 'HM_INPUT_003',
        context: { id: 'file:///x' },
      });
    }
  });

  test('is refused, or given, as the reference engine does with damaged files', async () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 7 })), { maxLength: 2 });
    const file = Buffer.concat([whole, compress(kind, Buffer.from('x\n'))]);
    await fc.assert(
      fc.asyncProperty(flips, fc.integer({ min: 0, max: file.length }), async (all, length) => {
        const broken = Buffer.from(file);
        for (const [at, bit] of all) broken[at % file.length] = (broken[at % file.length] ?? 0) ^ (1 << bit);
        const cut = all.length === 0 ? broken.subarray(0, length) : broken;
        const expected = await referenceText(kind, cut).catch(() => null);
        expect(await textOf(kind, cut).catch(codeOnly)).toEqual(expected ?? 'HM_INPUT_003');
      }),
      { numRuns: kind === 'zstd by streams' ? 50 : 150 },
    );
  });

  test('passes on the error of its reader', async () => {
    const gone = new HourmillError('HM_INPUT_002', 'changed');
    const inner = readerOf(whole, 10);
    const reader = {
      ...inner,
      read: (memory: Uint8Array, at: number, length: number, position: number) => {
        if (position >= 10) throw gone;
        return inner.read(memory, at, length, position);
      },
    };
    const split = splitOf(whole, compressionOf(kind));
    const request = { kernel, reader, split, from: 0, to: whole.length, maxRecordBytes: MAX_RECORD_BYTES };
    const producer = (): TextProducer => new ZstdStreamText(kernel, reader, split);
    const stream = kind === 'zstd by streams' ? new TextStream(producer(), request) : openText(request);
    await expect(readLines(kernel, stream, MAX_RECORD_BYTES)).rejects.toBe(gone);
  });

  test('gives its memory back, also after damage', async () => {
    const before = kernel.exports.bytesInUse();
    await textOf(kind, whole);
    await textOf(kind, whole.subarray(0, -1)).catch(() => {});
    expect(kernel.exports.bytesInUse()).toBe(before);
  });
});

function codeOnly(error: unknown): string {
  if (error instanceof HourmillError) return error.code;
  throw error;
}

test.each(['zstd', 'zstd by streams'] as const)('skippable frames hold no text: %s', async (kind) => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const empty = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  const frame = zstdCompressSync(TEXT);
  const file = Buffer.concat([skippable, frame, empty, skippable, frame, empty]);
  for (const step of [1, 1000]) expect(await textOf(kind, file, step)).toBe(TEXT.toString().repeat(2));
  const only = Buffer.concat([skippable, empty]);
  expect(await textOf(kind, only)).toBe(await referenceText(kind, only));
});
