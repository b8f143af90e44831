import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter } from '../src/read/line-splitter.ts';

interface Seen {
  readonly text: string;
  readonly length: number;
  readonly truncated: boolean;
  readonly byteOffset: number;
}

function split(file: string | Uint8Array, maxRecordBytes = 1000, pieceBytes = 3): Seen[] {
  const splitter = new LineSplitter(maxRecordBytes);
  const bytes = Buffer.from(file as string);
  const seen: Seen[] = [];
  const note = (
    records: Iterable<{ bytes: Uint8Array; length: number; truncated: boolean; byteOffset: number }>,
  ): void => {
    for (const { bytes: record, ...rest } of records)
      seen.push({ text: Buffer.from(record).toString('latin1'), ...rest });
  };
  for (let start = 0; start < bytes.length; start += pieceBytes)
    note(splitter.push(bytes.subarray(start, start + pieceBytes)));
  note(splitter.end());
  return seen;
}

const texts = (file: string): string[] => split(file).map(({ text }) => text);

describe('records', () => {
  test('LF and CRLF both end a line, the last line may do without', () => {
    expect(texts('a\nb\r\nc')).toEqual(['a', 'b', 'c']);
    expect(texts('a\r\n')).toEqual(['a']);
    expect(texts('a\r')).toEqual(['a']);
  });

  test('blank lines are no records: empty or nothing but JSON whitespace', () => {
    expect(texts('\n\r\n \t\n\r\r\n{}\n   ')).toEqual(['{}']);
    expect(texts('')).toEqual([]);
  });

  test('a CR inside a line, and whitespace around a record, belong to it', () => {
    expect(texts('a\rb\r\r\n x \n')).toEqual(['a\rb\r', ' x ']);
  });

  test('a BOM is skipped at the start of the file and nowhere else', () => {
    expect(split('\ufeff{}\n\ufeff{}\n')).toEqual([
      { text: '{}', length: 2, truncated: false, byteOffset: 3 },
      { text: '\xef\xbb\xbf{}', length: 5, truncated: false, byteOffset: 6 },
    ]);
    expect(texts('\ufeff')).toEqual([]);
    expect(texts('\ufeff\r\nx')).toEqual(['x']);
  });

  test('do not depend on how the file is cut into pieces', () => {
    const file = fc.string({ unit: fc.constantFrom('a', 'ä', '\n', '\r', '\ufeff', ' '), maxLength: 60 });
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 8 }), (text, pieceBytes, max) => {
        expect(split(text, max, pieceBytes)).toEqual(split(text, max, 1));
      }),
    );
  });

  test('do not refer to a piece once the next one is asked for', () => {
    const splitter = new LineSplitter(10);
    for (const text of ['x\n{"a"', ':1', '}', '\ntail']) {
      const piece = Buffer.from(text);
      const records = [...splitter.push(piece)].map(({ bytes }) => Buffer.from(bytes).toString());
      if (text === '\ntail') expect(records).toEqual(['{"a":1}']);
      piece.fill('?');
    }
    expect([...splitter.end()].map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['tail']);
  });

  test('that came with one piece stay apart, also one that began before it', () => {
    const splitter = new LineSplitter(10);
    expect([...splitter.push(Buffer.from('on'))]).toEqual([]);
    const records = [...splitter.push(Buffer.from('e\ntwo\nthr'))];
    expect(records.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['one', 'two']);
  });

  test('are the non-blank lines of the file, each with its place', () => {
    const file = fc.string({ unit: fc.constantFrom('a', '{', '\n', '\r\n', ' '), maxLength: 60 });
    fc.assert(
      fc.property(file, (text) => {
        const expected = text
          .split('\n')
          .map((line) => line.replace(/\r$/, ''))
          .filter((line) => line.trim() !== '');
        const seen = split(text);
        expect(seen.map((record) => record.text)).toEqual(expected);
        for (const { text: record, byteOffset } of seen) expect(text.startsWith(record, byteOffset)).toBe(true);
      }),
    );
  });
});

describe('records over the limit', () => {
  test('neither CRLF nor a BOM counts towards the limit', () => {
    const records = split('\ufeff12345\r\n12345\n', 5);
    expect(records.map(({ text, truncated }) => [text, truncated])).toEqual([
      ['12345', false],
      ['12345', false],
    ]);
    expect(split('123456\r\n1\n', 5)).toEqual([
      { text: '12345', length: 6, truncated: true, byteOffset: 0 },
      { text: '1', length: 1, truncated: false, byteOffset: 8 },
    ]);
  });

  test('are counted and cut, not held', () => {
    const splitter = new LineSplitter(1 << 20);
    const piece = Buffer.alloc(1 << 16, 'x');
    for (let index = 0; index < 320; index++) expect([...splitter.push(piece)]).toEqual([]);
    const [record] = [...splitter.push(Buffer.from('\n'))];
    expect(record).toMatchObject({ length: 320 << 16, truncated: true });
    expect(record?.bytes.length).toBe(65_536);
  });

  test('hold no part of any piece, not even of those behind the limit', () => {
    const splitter = new LineSplitter(5);
    for (let index = 0; index < 1000; index++) {
      const piece = new Uint8Array(64).fill(0x78);
      expect([...splitter.push(piece)]).toEqual([]);
      // Whoever still held a view of it would now fail or read nothing.
      piece.buffer.transfer();
    }
    const [record] = [...splitter.push(Buffer.from('x\n'))];
    expect(Buffer.from(record?.bytes ?? []).toString()).toBe('xxxxx');
    expect(record).toMatchObject({ length: 64_001, truncated: true });
  });

  test('a line of whitespace is blank at any length', () => {
    expect(split(`${' '.repeat(100)}\nx`, 5).map(({ text }) => text)).toEqual(['x']);
    expect(split(`${' '.repeat(100)}y\n`, 5)).toMatchObject([{ length: 101, truncated: true }]);
  });
});
