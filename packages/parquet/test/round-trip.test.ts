import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns } from './support/arbitrary-columns.ts';
import { START_MS, type TestColumn } from './support/columns.ts';
import { expectedRows, readByDuckDb, readByHyparquet } from './support/readers.ts';
import { writeFile } from './support/write-file.ts';

const CODECS = ['none', 'snappy', 'gzip', 'zstd'] as const;
const compression = fc.constantFrom(...CODECS).map((codec) => ({ codec, level: 3 }));

describe('every value comes back', () => {
  test('by hyparquet', async () => {
    await fc.assert(
      fc.asyncProperty(columns, compression, async (written, codec) => {
        expect(await readByHyparquet(writeFile([written], codec))).toEqual(expectedRows(written));
      }),
      { numRuns: 40 },
    );
  });

  test('by DuckDB', async () => {
    await fc.assert(
      fc.asyncProperty(columns, compression, async (written, codec) => {
        expect(await readByDuckDb(writeFile([written], codec), written)).toEqual(expectedRows(written));
      }),
      { numRuns: 12 },
    );
  });

  test('from several row groups', async () => {
    const group = (from: bigint): TestColumn[] => [
      { name: '__time', type: 'timestamp', values: [START_MS + 1000n * from, START_MS + 2000n * from] },
      { name: 'text', type: 'string', values: [`${from}`, null] },
      { name: 'sum', type: 'long', plain: true, values: [from, -from] },
    ];
    const groups = [group(1n), group(2n), group(3n)];
    const expected = groups.flatMap(expectedRows);
    const file = writeFile(groups, { codec: 'snappy', level: 0 });
    expect(await readByHyparquet(file)).toEqual(expected);
    expect(await readByDuckDb(file, groups[0] ?? [])).toEqual(expected);
  });
});
