import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { at, dimension, lines, metrics, multiValue } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** What is in the parts, in which order, with which types. */
export function partsSuite(build: Build): void {
  describe('the parts', () => {
    test('are sorted by time, then dimensions: nulls first, strings by UTF-8 bytes, lists element by element', async () => {
      const program = {
        queryGranularityMs: 60_000,
        dimensions: [dimension('l', 'long'), dimension('s'), multiValue('m', 'ARRAY')],
      };
      const events = [
        at(2),
        at(1, { l: 2 }),
        at(1, { l: 10 }),
        at(1, { l: -1 }),
        at(1, { s: '😀' }),
        at(1, { s: '\uffff' }),
        at(1, { s: 'Z' }),
        at(1, { s: 'a' }),
        at(1, { s: '' }),
        at(1, { m: ['b'] }),
        at(1, { m: ['a', 'b'] }),
        at(1, { m: ['a'] }),
        at(1, { m: [null, 'z'] }),
        at(1),
      ];
      const { rows } = await build({ program, files: [lines(...events)] });
      expect(rows.map(({ l, s, m }) => l ?? s ?? m)).toEqual([
        null,
        [null, 'z'],
        ['a'],
        ['a', 'b'],
        ['b'],
        '',
        'Z',
        'a',
        '\uffff',
        '😀',
        -1n,
        2n,
        10n,
        null,
      ]);
    });

    test('keep every value of 64 bits and every double', async () => {
      const longs = ['9223372036854775807', '-9223372036854775808', '9007199254740993'];
      const doubles = ['5e-324', '1.7976931348623157e308', '0.1'];
      const events = longs.map((x, index) => `{"ts":"2026-11-22T10:00","i":${index},"x":${x},"y":${doubles[index]}}`);
      const program = { dimensions: [dimension('i', 'long')], metrics: metrics('longMax x', 'doubleMax y') };
      const { rows } = await build({ program, files: [lines(...events)] });
      expect(rows.map(({ longMax_x }) => longMax_x)).toEqual(longs.map(BigInt));
      expect(rows.map(({ doubleMax_y }) => doubleMax_y)).toEqual(doubles.map(Number));
    });

    test('nothing kept makes no part', async () => {
      for (const files of [[], [''], ['\n\n'], [lines({ ts: '2020-01-01' })]]) {
        const { result } = await build({ files });
        expect(result).toMatchObject({ groups: 0, parts: [], rejects: null, sums: {} });
      }
    });

    test.each(['zstd', 'snappy', 'gzip', 'none'] as const)('can be read when compressed with %s', async (codec) => {
      const events = Array.from({ length: 500 }, (_, index) => at(1, { s: `text ${index % 250}`, x: index }));
      const program = { dimensions: [dimension('s')], metrics: metrics('longSum x') };
      const { rows } = await build({ program, codec, files: [lines(...events)] });
      expect(rows).toHaveLength(250);
      expect(rows[0]).toMatchObject({ s: 'text 0', n: 2n, longSum_x: 250n });
    });

    test('are the same bytes whether the input is compressed or not', async () => {
      const text = lines(at(1), '', at(2), '{');
      const builds = await Promise.all([
        build({ files: [text] }),
        build({ files: [{ bytes: gzipSync(text), compression: 'gzip' }] }),
        build({ files: [{ bytes: zstdCompressSync(text), compression: 'zstd' }] }),
      ]);
      const [plain, ...compressed] = builds.map(({ parts }) => parts);
      for (const parts of compressed) expect(parts).toEqual(plain);
    });

    test('have plain types that every reader knows', async () => {
      const program = {
        dimensions: [dimension('s'), dimension('l', 'long'), dimension('d', 'double'), multiValue('m', 'ARRAY')],
        metrics: metrics('longSum x', 'doubleSum y'),
      };
      const { parts } = await build({ program, files: [lines(at(1))] });
      const { schema } = parquetMetadata(new Uint8Array(parts[0] ?? []).buffer);
      const columns = schema.map(({ name, type, repetition_type, converted_type, logical_type }) =>
        [name, type, repetition_type, converted_type, logical_type?.type]
          .filter((word) => word !== undefined)
          .join(' '),
      );
      expect(columns.slice(1)).toEqual([
        '__time INT64 REQUIRED TIMESTAMP_MILLIS TIMESTAMP',
        's BYTE_ARRAY OPTIONAL UTF8 STRING',
        'l INT64 OPTIONAL',
        'd DOUBLE OPTIONAL',
        'm OPTIONAL LIST LIST',
        'list REPEATED',
        'element BYTE_ARRAY OPTIONAL UTF8 STRING',
        'n INT64 OPTIONAL',
        'longSum_x INT64 OPTIONAL',
        'doubleSum_y DOUBLE OPTIONAL',
      ]);
      expect(schema[1]?.logical_type).toMatchObject({ isAdjustedToUTC: true, unit: 'MILLIS' });
    });

    test('have the columns that the result names', async () => {
      const { result, rows } = await build({ program: { metrics: metrics('doubleMax y') }, files: [lines(at(1))] });
      expect(result.columns.map(({ name }) => name)).toEqual(Object.keys(rows[0] ?? {}));
      expect(result.columns.map(({ type }) => type)).toEqual(['timestamp', 'long', 'double']);
    });
  });
}
