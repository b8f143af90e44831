import type { Program } from '@hourmill/pipeline';
import { compareRows, type DimensionValue, type Row } from '@hourmill/record';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expect } from 'vitest';

/** A row by column: `__time` a Date, longs as bigints, null where there is no value. */
export type PartRow = Readonly<Record<string, unknown>>;

/** hyparquet's own decoder drops a U+FEFF at the start of a string, and takes bytes that are not UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const parsers = { stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes) };

/** The rows of a Parquet file as hyparquet reads them. */
export async function readPart(bytes: Uint8Array): Promise<PartRow[]> {
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors, parsers });
  // hyparquet leaves a null list undefined.
  for (const row of rows) for (const name of Object.keys(row)) row[name] ??= null;
  return rows;
}

/** Fails unless the rows are in the order that the design asks for, and no two are of one group. */
export function expectSortedRows(rows: readonly PartRow[], program: Program): void {
  const compare = compareRows(program.dimensions);
  let before: Row | undefined;
  for (const row of rows) {
    const current: Row = {
      timeMs: (row['__time'] as Date).getTime(),
      dimensions: program.dimensions.map(({ name }) => row[name] as DimensionValue),
      metrics: [],
    };
    if (before !== undefined && (before.timeMs - current.timeMs || compare(before, current)) >= 0) {
      expect.fail(`rows out of order: ${JSON.stringify([before, current], bigints)}`);
    }
    before = current;
  }
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
