import type { SplitReader } from '@hourmill/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testKernel } from '../../kernel/test/support/test-kernel.ts';
import { PlainText } from '../src/read/plain-text.ts';
import { TextStream } from '../src/read/text-stream.ts';
import { readLines, type SeenLine } from './support/read-lines.ts';
import { readerOf } from './support/split-readers.ts';

const kernel = testKernel();
const MAX_RECORD_BYTES = 100;

interface Reading {
  readonly step?: number;
  readonly waiting?: boolean;
  readonly linesAWindow?: number;
  readonly maxRecordBytes?: number;
}

function linesOf(file: Uint8Array, from = 0, to = file.length, reading: Reading = {}): Promise<SeenLine[]> {
  const { step, waiting, linesAWindow, maxRecordBytes = MAX_RECORD_BYTES } = reading;
  const text = new PlainText(kernel, readerOf(file, step, waiting), { from, to, size: file.length });
  return readLines(kernel, new TextStream(text, { kernel, maxRecordBytes }), maxRecordBytes + 2, linesAWindow);
}

/** The same in a few obvious lines: each line with its LF, a last one without gets one, a BOM at the start is left out. */
function expectedLines(file: Buffer, from: number, to: number): SeenLine[] {
  const lines: SeenLine[] = [];
  for (let start = 0; start < file.length; ) {
    const lineEnd = file.indexOf('\n', start);
    const end = lineEnd === -1 ? file.length : lineEnd + 1;
    const text = file.toString('latin1', start, end) + (lineEnd === -1 ? '\n' : '');
    const bom = start === 0 && text.startsWith('\xef\xbb\xbf') ? 3 : 0;
    const isLine = start + bom < end;
    if (isLine && start >= from && start < to) lines.push({ text: text.slice(bom), offset: start + bom });
    start = end;
  }
  return lines;
}

const files = fc
  .string({ unit: fc.constantFrom('a', 'ä', '\n', '\r\n', '\ufeff', ' ', '{"a":1}'), maxLength: 40 })
  .map((text) => Buffer.from(text));

describe('the text of a plain split', () => {
  test('is its lines, wherever it is cut and however its bytes come', async () => {
    const readings = fc.record({
      step: fc.integer({ min: 1, max: 50 }),
      waiting: fc.boolean(),
      linesAWindow: fc.integer({ min: 1, max: 5 }),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, cuts, readings, async (file, lengths, reading) => {
        const all: SeenLine[] = [];
        let from = 0;
        for (const length of [...lengths, file.length]) {
          const to = Math.min(from + length, file.length);
          const lines = await linesOf(file, from, to, reading);
          expect(lines).toEqual(expectedLines(file, from, to));
          all.push(...lines);
          from = to;
        }
        expect(all).toEqual(expectedLines(file, 0, file.length));
      }),
      { numRuns: 300 },
    );
  });

  test('of many windows is whole', async () => {
    const file = Buffer.from(
      Array.from({ length: 60_000 }, (_, row) => `{"row":${row},"x":"${'y'.repeat(row % 50)}"}\n`).join(''),
    );
    const half = 1_000_001;
    const lines = [...(await linesOf(file, 0, half)), ...(await linesOf(file, half, file.length, { step: 100_000 }))];
    expect(Buffer.from(lines.map(({ text }) => text).join(''), 'latin1').equals(file)).toBe(true);
  });

  test('may have lines as long as a record may be, and longer ones whose beginnings are consumed', async () => {
    const maxRecordBytes = 2_000_000;
    const long = `${'l'.repeat(maxRecordBytes)}\r\n`;
    const longer = `${'m'.repeat(3 * maxRecordBytes)}\n`;
    const file = Buffer.from(`a\n${long}b\n${longer}c`);
    for (const step of [70_001, 10_000_000]) {
      const lines = await linesOf(file, 0, file.length, { maxRecordBytes, step });
      expect(lines.map(({ text }) => text).join('')).toBe(`a\n${long}b\n${longer}c\n`);
      expect(lines.map(({ text }) => text)).toContain(long);
      expect(lines.at(-1)).toEqual({ text: 'c\n', offset: file.length - 1 });
    }
  });

  test('gives its memory back', async () => {
    const before = kernel.exports.bytesInUse();
    await linesOf(Buffer.from('a\n'));
    expect(kernel.exports.bytesInUse()).toBe(before);
  });

  test('may be empty', async () => {
    expect(await linesOf(Buffer.alloc(0))).toEqual([]);
    expect(await linesOf(Buffer.from('a\nb'), 1, 2)).toEqual([]);
    expect(await linesOf(Buffer.from('\ufeff'))).toEqual([]);
  });

  test('is read once, hardly further than its range, to the places in pages that it has in its file', async () => {
    const file = Buffer.from('0123456789\n'.repeat(300_000));
    const reads: { at: number; length: number; position: number }[] = [];
    const inner = readerOf(file);
    const reader: SplitReader = {
      ...inner,
      read: (memory, at, length, position) => {
        reads.push({ at, length, position });
        return inner.read(memory, at, length, position);
      },
    };
    const range = { from: 1_000_003, to: 3_000_005, size: file.length };
    const options = { kernel, maxRecordBytes: MAX_RECORD_BYTES };
    const stream = new TextStream(new PlainText(kernel, reader, range), options);
    expect((await readLines(kernel, stream, MAX_RECORD_BYTES)).length).toBe(181_818);
    expect(reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(2_020_000);
    for (const { at, position } of reads) expect(at % 4096).toBe(position % 4096);
  });
});
