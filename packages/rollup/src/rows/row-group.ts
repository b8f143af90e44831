import type { PartColumn } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { Turns } from '../limits/turns.ts';
import type { ColumnChunk, RowGroupPlace } from '../parquet/footer.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { PartSums, SumColumn } from '../sums/part-sums.ts';
import type { NumberColumn, RankedColumn } from './columns.ts';
import { readDimension } from './read-dimension.ts';
import { readLists } from './read-lists.ts';
import { readNumbers } from './read-numbers.ts';

/** The rows of a row group of a part, by column, in the kernel's memory until it is disposed. */
export interface RowGroup extends Disposable {
  readonly rows: number;
  /** i64 by row: milliseconds since the epoch, ascending. */
  readonly times: number;
  readonly dimensions: readonly RankedColumn[];
  readonly metrics: readonly NumberColumn[];
  /** Of the `doubleSum` metrics, for all rows of the part: those of this row group begin at `firstSum`. */
  readonly sums: readonly SumColumn[];
  readonly firstSum: number;
}

/** About how much a row group takes in memory. */
export function rowGroupBytes({ rows, chunks, bytes }: RowGroupPlace): number {
  return bytes + 9 * rows * chunks.length;
}

/**
 * Reads the columns of a row group.
 * @param partSums of the part, with where the row group begins in it
 * @throws HM_LEDGER_004 for what this does not know, errors of any kind for damaged bytes
 */
export async function readRowGroup(
  kernel: Kernel,
  file: Uint8Array,
  { rows, chunks }: RowGroupPlace,
  columns: readonly PartColumn[],
  { sums, first }: { readonly sums: PartSums; readonly first: number },
  turns: Turns,
): Promise<RowGroup> {
  const own = new Scratch(kernel);
  let times = 0;
  const dimensions: RankedColumn[] = [];
  const metrics: NumberColumn[] = [];
  for (const [index, column] of columns.entries()) {
    const chunk = chunks[index] ?? unreadable('a column is missing');
    if (column.role === 'time') times = readNumbers(kernel, own, file, chunk, rows, 0).values;
    else if (column.role === 'metric') metrics.push(readNumbers(kernel, own, file, chunk, rows, 1));
    else dimensions.push(dimensionOf(kernel, own, file, chunk, rows, column.type));
    await turns.take();
  }
  const dispose = () => {
    own[Symbol.dispose]();
    sums.release();
  };
  return { rows, times, dimensions, metrics, sums: sums.columns, firstSum: first, [Symbol.dispose]: dispose };
}

function dimensionOf(
  kernel: Kernel,
  own: Scratch,
  file: Uint8Array,
  chunk: ColumnChunk,
  rows: number,
  type: PartColumn['type'],
): RankedColumn {
  if (type === 'stringList') return readLists(kernel, own, file, chunk, rows);
  if (type === 'timestamp') return unreadable('a dimension is a timestamp');
  return readDimension(kernel, own, file, chunk, rows, type);
}
