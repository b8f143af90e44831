import { describe, expect, test } from 'vitest';
import { at, lines } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** What of a file is a record. Records that are no events are looked at through the rejects. */
export function recordsSuite(build: Build): void {
  describe('the records of a file', () => {
    const places = async (file: string | Uint8Array, maxRecordBytes = 1000): Promise<unknown[]> => {
      const { rejects } = await build({ files: [file], limits: { maxRecordBytes } });
      return rejects.map(({ raw, record, byteOffset, truncated }) => [record, byteOffset, raw, truncated ?? false]);
    };

    test('LF and CRLF both end a line, the last line may do without', async () => {
      expect(await places('a\nb\r\nc')).toEqual([
        [0, 0, 'a', false],
        [1, 2, 'b', false],
        [2, 5, 'c', false],
      ]);
      expect(await places('a\r\n')).toEqual([[0, 0, 'a', false]]);
      expect(await places('a\r')).toEqual([[0, 0, 'a', false]]);
    });

    test('blank lines are no records: empty or nothing but JSON whitespace', async () => {
      expect(await places('\n\r\n \t\n\r\r\n[]\n   ')).toEqual([[0, 9, '[]', false]]);
      expect(await places(`${' '.repeat(5000)}\nx`)).toEqual([[0, 5001, 'x', false]]);
    });

    test('a CR inside a line, and whitespace around a record, belong to it', async () => {
      expect(await places('a\rb\r\r\n x \n')).toEqual([
        [0, 0, 'a\rb\r', false],
        [1, 6, ' x ', false],
      ]);
      const spaced = at(1);
      const { result } = await build({ files: [` \t\r${lines(spaced)}${JSON.stringify(spaced)} \r\t\r\n`] });
      expect(result.counts).toMatchObject({ read: 2, kept: 2 });
    });

    test('a BOM is skipped at the start of each file and nowhere else', async () => {
      expect(await places('\ufeff[]\n\ufeff[]\n')).toEqual([
        [0, 3, '[]', false],
        [1, 6, '\ufeff[]', false],
      ]);
      expect(await places('\ufeff\r\nx')).toEqual([[0, 5, 'x', false]]);
      const { result } = await build({ files: [`\ufeff${lines(at(1))}`, `\ufeff${lines(at(1))}`, '\ufeff'] });
      expect(result.counts).toMatchObject({ read: 2, kept: 2 });
    });

    test('a NUL is a character like any other', async () => {
      expect(await places('\0\n{"a":\0}\n')).toEqual([
        [0, 0, '\0', false],
        [1, 2, '{"a":\0}', false],
      ]);
    });

    test('neither CRLF nor a BOM counts towards the limit', async () => {
      expect(await places('\ufeff12345\r\n12345\n123456\r\n1', 5)).toEqual([
        [0, 3, '12345', false],
        [1, 10, '12345', false],
        [2, 16, '12345', true],
        [3, 24, '1', false],
      ]);
    });

    test('of a record over the limit the first 64 KiB are kept', async () => {
      const [[, , raw, truncated] = [], next] = (await places(`${'ä'.repeat(150_000)}\nx`, 200_000)) as unknown[][];
      expect([raw, truncated]).toEqual(['ä'.repeat(32_768), true]);
      expect(next).toEqual([1, 300_001, 'x', false]);
    });

    test('a record of exactly the limit is read, one byte more is not', async () => {
      const event = JSON.stringify(at(1, { pad: 'x'.repeat(200_000) }));
      const build1 = await build({ files: [`${event}\n${event}`], limits: { maxRecordBytes: event.length } });
      expect(build1.result.counts).toMatchObject({ kept: 2 });
      const build2 = await build({ files: [`${event}\n${event}`], limits: { maxRecordBytes: event.length - 1 } });
      expect(build2.result.rejectReasons).toEqual({ HM_EVENT_003: 2 });
    });

    test('of any number come out, however they lie in the file', async () => {
      const sizes = [1, 127, 128, 129, 1000, 8191, 8192, 8193, 20_000];
      for (const size of sizes) {
        const events = Array.from({ length: size }, (_, index) => at(index % 60, { pad: 'x'.repeat(index % 37) }));
        const { result } = await build({ files: [lines(...events)] });
        expect(result.counts).toMatchObject({ read: size, kept: size });
      }
    });
  });
}
