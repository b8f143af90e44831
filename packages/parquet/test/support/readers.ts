import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { TestColumn, Value } from './columns.ts';

export type Rows = Record<string, unknown>[];

/** The rows that a reader must find, as {@link comparable} values. */
export function expectedRows(columns: readonly TestColumn[]): Rows {
  return (columns[0]?.values ?? []).map((_, row) => {
    return Object.fromEntries(columns.map(({ name, values }) => [name, comparable(values[row] ?? null)]));
  });
}

/** Longs and times as text; -0 as it is. */
function comparable(value: Value): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}

export async function readByHyparquet(file: Uint8Array): Promise<Rows> {
  const rows = await parquetReadObjects({ file: new Uint8Array(file).buffer, compressors });
  return rows.map((row) => {
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        return [name, value instanceof Date ? `${value.getTime()}` : comparable((value as Value) ?? null)];
      }),
    );
  });
}

/** A DuckDB that sees the file as the table `part`; closed when the test's `using` ends. */
export async function openDuckDb(file: Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), 'hourmill-parquet-'));
  const path = join(folder, 'part.parquet');
  writeFileSync(path, file);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'; CREATE VIEW part AS FROM read_parquet('${path}')`);
  return {
    path,
    query: async (sql: string): Promise<Record<string, DuckDBValue>[]> => {
      return (await connection.runAndReadAll(sql)).getRowObjects();
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function readByDuckDb(file: Uint8Array, columns: readonly TestColumn[]): Promise<Rows> {
  const duckdb = await openDuckDb(file);
  try {
    const fields = columns.map(({ name, type }) => {
      if (type === 'timestamp') return `epoch_ms("${name}")::VARCHAR AS "${name}"`;
      return type === 'long' ? `"${name}"::VARCHAR AS "${name}"` : `"${name}"`;
    });
    const rows = await duckdb.query(
      `SELECT ${fields.join()} FROM read_parquet('${duckdb.path}', file_row_number = true) ORDER BY file_row_number`,
    );
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainOf(value)])));
  } finally {
    duckdb.close();
  }
}

function plainOf(value: DuckDBValue): unknown {
  return typeof value === 'object' && value !== null && 'items' in value ? value.items : value;
}
