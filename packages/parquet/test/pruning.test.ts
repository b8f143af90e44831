import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { START_MS, type TestColumn } from './support/columns.ts';
import { openDuckDb } from './support/readers.ts';
import { writeFile } from './support/write-file.ts';

const GROUPS = 8;
const ROWS = 1000;
const LONG_PREFIX = 'a prefix that is longer than what statistics keep of a string, ';

/** Values that rise from one row group to the next, so that statistics can tell them apart. */
function group(index: number): TestColumn[] {
  const rows = Array.from({ length: ROWS }, (_, row) => index * ROWS + row);
  return [
    { name: '__time', type: 'timestamp', values: rows.map((row) => START_MS + 1000n * BigInt(row)) },
    { name: 'word', type: 'string', values: rows.map((row) => `${index}-${row % 10}`) },
    { name: 'sentence', type: 'string', values: rows.map((row) => `${LONG_PREFIX}${1_000_000 + row}`) },
    { name: 'whole', type: 'long', values: rows.map((row) => (row % 10 ? BigInt(row - 4000) : null)) },
    { name: 'real', type: 'double', plain: true, values: rows.map((row) => (row - 4000) / 8) },
    { name: 'empty', type: 'double', plain: true, values: rows.map((row) => (index === 3 ? row : null)) },
  ];
}

describe('filters that DuckDB answers by statistics find the right rows', () => {
  let duckdb: Awaited<ReturnType<typeof openDuckDb>>;
  beforeAll(async () => {
    duckdb = await openDuckDb(writeFile(Array.from({ length: GROUPS }, (_, index) => group(index))));
  });
  afterAll(() => duckdb.close());

  test.each([
    [`__time = make_timestamptz(${START_MS + 4_321_000n} * 1000)`, 1],
    [`__time < make_timestamptz(${START_MS + 1_500_000n} * 1000)`, 1500],
    [`word = '5-3'`, 100],
    [`word >= '7'`, ROWS],
    [`word > 'x'`, 0],
    [`sentence = '${LONG_PREFIX}1004321'`, 1],
    [`sentence >= '${LONG_PREFIX}1007999'`, 1],
    [`sentence > '${LONG_PREFIX}'`, GROUPS * ROWS],
    ['whole = -3999', 1],
    ['whole IS NULL', (GROUPS * ROWS) / 10],
    ['whole BETWEEN -1 AND 1', 2],
    ['real = 0', 1],
    ['real < -499', 8],
    ['empty IS NOT NULL', ROWS],
    ['empty > 3998.5', 1],
  ])('%s', async (filter, expected) => {
    const [answer] = await duckdb.query(`SELECT count(*) AS rows FROM part WHERE ${filter}`);
    expect(answer?.rows).toBe(BigInt(expected));
  });

  test('the least and greatest values are those of the rows', async () => {
    const [answer] = await duckdb.query(
      'SELECT min(sentence) AS a, max(sentence) AS b, min(whole) AS c, max(real) AS d, min(word) AS e FROM part',
    );
    expect(answer).toEqual({
      a: `${LONG_PREFIX}1000000`,
      b: `${LONG_PREFIX}1007999`,
      c: -3999n,
      d: 3999 / 8,
      e: '0-0',
    });
  });

  test('every row group but one is skipped', async () => {
    const [answer] = await duckdb.query(
      `SELECT count(*) AS groups FROM parquet_metadata('${duckdb.path}') WHERE path_in_schema = 'word'
       AND stats_min_value <= '5-3' AND stats_max_value >= '5-3'`,
    );
    expect(answer?.groups).toBe(1n);
  });
});
