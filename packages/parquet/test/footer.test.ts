import { parquetMetadata } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { START_MS, type TestColumn } from './support/columns.ts';
import { CREATED_BY, writeFile } from './support/write-file.ts';

const columns: TestColumn[] = [
  { name: '__time', type: 'timestamp', values: [START_MS, START_MS + 9000n, START_MS + 3000n] },
  { name: 's', type: 'string', values: ['b', null, 'é'], unused: ['a', 'z', '😀'] },
  { name: 'l', type: 'long', values: [-5n, 1n << 60n, null] },
  { name: 'd', type: 'double', values: [0, 2.5, null] },
  { name: 'm', type: 'stringList', values: [['x', null], null, ['y', 'a']] },
  { name: 'n', type: 'long', plain: true, values: [3n, -3n, 1n] },
  { name: 'sum', type: 'double', plain: true, values: [null, null, null] },
];
const metadata = parquetMetadata(new Uint8Array(writeFile([columns, columns], { codec: 'zstd', level: 3 })).buffer);

test('the schema is the one that the reference engine writes', () => {
  const elements = metadata.schema.map(({ name, type, repetition_type, converted_type, logical_type }) =>
    [name, type, repetition_type, converted_type, logical_type?.type].filter((word) => word !== undefined).join(' '),
  );
  expect(elements.slice(1)).toEqual([
    '__time INT64 REQUIRED TIMESTAMP_MILLIS TIMESTAMP',
    's BYTE_ARRAY OPTIONAL UTF8 STRING',
    'l INT64 OPTIONAL',
    'd DOUBLE OPTIONAL',
    'm OPTIONAL LIST LIST',
    'list REPEATED',
    'element BYTE_ARRAY OPTIONAL UTF8 STRING',
    'n INT64 OPTIONAL',
    'sum DOUBLE OPTIONAL',
  ]);
  expect(metadata.schema[1]?.logical_type).toMatchObject({ isAdjustedToUTC: true, unit: 'MILLIS' });
});

test('rows, writer and key-value pairs are named', () => {
  expect(metadata.num_rows).toBe(6n);
  expect(metadata.row_groups.map((group) => group.num_rows)).toEqual([3n, 3n]);
  expect(metadata.created_by).toBe(CREATED_BY);
  expect(metadata.key_value_metadata).toEqual([{ key: 'hourmill.test', value: 'yes' }]);
});

describe('statistics', () => {
  const statistics = Object.fromEntries(
    metadata.row_groups[1]?.columns.map(({ meta_data }) => {
      return [meta_data?.path_in_schema.join('.') ?? '', meta_data?.statistics ?? {}];
    }) ?? [],
  );

  test('hold the least and greatest value of these rows, and the number of nulls', () => {
    const time = (offset: bigint) => new Date(Number(START_MS + offset));
    expect(statistics).toMatchObject({
      __time: { min_value: time(0n), max_value: time(9000n), null_count: 0n },
      s: { min_value: 'b', max_value: 'é', null_count: 1n },
      l: { min_value: -5n, max_value: 1n << 60n, null_count: 1n },
      d: { min_value: -0, max_value: 2.5, null_count: 1n },
      'm.list.element': { min_value: 'a', max_value: 'y', null_count: 2n },
      n: { min_value: -3n, max_value: 3n, null_count: 0n },
    });
  });

  test('say nothing of values where there are none', () => {
    expect(statistics).toMatchObject({ sum: { null_count: 3n } });
    expect(statistics.sum?.min_value).toBeUndefined();
    expect(statistics.sum?.max_value).toBeUndefined();
  });
});

test('offsets lead from page to page through the whole file', () => {
  let at = 4n;
  for (const { columns: chunks, file_offset, total_compressed_size } of metadata.row_groups) {
    expect(file_offset).toBe(at);
    const end = at + (total_compressed_size ?? 0n);
    for (const { meta_data } of chunks) {
      expect(meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset).toBe(at);
      at += meta_data?.total_compressed_size ?? 0n;
    }
    expect(at).toBe(end);
  }
});
