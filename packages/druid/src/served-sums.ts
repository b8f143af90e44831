import type { Sums, TimeChunk } from '@hourmill/core';
import { numberIn } from './answer.ts';
import type { Broker } from './broker.ts';
import type { Druid } from './druid.ts';
import { quoted, withinChunk } from './sql.ts';

export interface ServedSums {
  readonly rows: number;
  /** A sum over no value at all is absent. */
  readonly sums: Sums;
}

/** The columns of a data source that the Broker's SQL knows; none for one that it does not know. */
export async function sqlColumns(
  broker: Broker,
  dataSource: string,
  signal: AbortSignal,
): Promise<ReadonlySet<unknown>> {
  const query = `SELECT COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'druid' AND TABLE_NAME = ?`;
  const rows = await broker.sql(query, [dataSource], signal);
  return new Set(rows.map((row) => row.COLUMN_NAME));
}

/**
 * Number of rows and sums of long metrics over what is served for the chunk, whichever segments that are. Metrics that
 * the data source does not have have no sum.
 */
export async function servedSums(
  { broker, target: { dataSource } }: Druid,
  chunk: TimeChunk,
  metrics: readonly string[],
  signal: AbortSignal,
): Promise<ServedSums> {
  const columns = await sqlColumns(broker, dataSource, signal);
  if (columns.size === 0) return { rows: 0, sums: {} };
  const known = metrics.filter((metric) => columns.has(metric));
  const [row = {}] = await broker.sql(sumsQuery(dataSource, chunk, known), [], signal);
  const sums = known.flatMap((metric, index) => {
    const sum = row[`s${index}`];
    return typeof sum === 'string' ? [[metric, sum] as const] : [];
  });
  return { rows: numberIn(row, 'n', 'the sums'), sums: Object.fromEntries(sums) };
}

/**
 * Sums travel as text: JSON numbers beyond 2^53 lose digits on the way. The inner CAST matters where older segments hold
 * the column as a double or a string: SQL then takes the column for that, and would add up doubles.
 */
export function sumsQuery(dataSource: string, chunk: TimeChunk, metrics: readonly string[]): string {
  const sums = metrics.map((metric, index) => `CAST(SUM(CAST(${quoted(metric)} AS BIGINT)) AS VARCHAR) AS "s${index}"`);
  return `SELECT ${['COUNT(*) AS "n"', ...sums].join(', ')} FROM "druid".${quoted(dataSource)} WHERE ${withinChunk(chunk)}`;
}
