import type { PartColumn } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { RowGroupPlace } from '../parquet/footer.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { SumColumn } from '../sums/sum-column.ts';
import type { NumberColumn, RankedColumn } from './columns.ts';
import { readDimension } from './read-dimension.ts';
import { readLists } from './read-lists.ts';
import { readNumbers, readTimes } from './read-numbers.ts';

/** The rows of a row group of a part, in memory, by column. */
export interface RowGroup {
  readonly rows: number;
  /** Milliseconds since the epoch, ascending. */
  readonly times: Float64Array;
  readonly dimensions: readonly RankedColumn[];
  readonly metrics: readonly NumberColumn[];
  /** Of the `doubleSum` metrics, for all rows of the part: those of this row group begin at `firstSum`. */
  readonly sums: readonly SumColumn[];
  readonly firstSum: number;
}

/** About how much a row group takes in memory. */
export function rowGroupBytes({ rows, chunks, bytes }: RowGroupPlace): number {
  return 2 * bytes + 9 * rows * chunks.length;
}

/**
 * Reads the columns of a row group.
 * @param turn is waited for after each
 * @throws HM_LEDGER_004 for what this does not know, errors of any kind for damaged bytes
 */
export async function readRowGroup(
  kernel: Kernel,
  file: Uint8Array,
  place: RowGroupPlace,
  columns: readonly PartColumn[],
  turn: () => Promise<void>,
): Promise<Omit<RowGroup, 'sums' | 'firstSum'>> {
  const { rows } = place;
  let times: Float64Array = new Float64Array(0);
  const dimensions: RankedColumn[] = [];
  const metrics: NumberColumn[] = [];
  for (const [index, { role, type }] of columns.entries()) {
    const chunk = place.chunks[index] ?? unreadable('a column is missing');
    if (type === 'timestamp') times = readTimes(file, chunk, rows);
    else if (role === 'metric') metrics.push(readNumbers(file, chunk, rows, 1));
    else if (type === 'stringList') dimensions.push(readLists(kernel, file, chunk, rows));
    else dimensions.push(readDimension(kernel, file, chunk, rows, type));
    await turn();
  }
  return { rows, times, dimensions, metrics };
}
