import { invariant } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { ColumnInput } from './column-input.ts';
import { planDictionary } from './columns/dictionary-plan.ts';
import { planPlain } from './columns/plain-plan.ts';
import { planTime } from './columns/time-plan.ts';
import { writeColumn } from './columns/write-column.ts';
import { writeListColumn } from './columns/write-list-column.ts';
import type { EncodedColumn, EncodedRowGroup } from './encoded-row-group.ts';
import type { Compression } from './pages/compression.ts';
import { PageWriter } from './pages/page-writer.ts';
import { Scratch } from './pages/scratch.ts';

/** Compressed bytes of a value, to begin with: a wrong guess costs a copy. */
const EXPECTED_VALUE_BYTES = 3;
const EXPECTED_COLUMN_BYTES = 4096;

/**
 * Encodes columns of the kernel's memory as one row group. Values that repeat get a dictionary of those that occur here, others
 * stand as they are. The bytes are a function of the rows, the types and the compression alone. Takes scratch space from the
 * kernel, up to 20 bytes a row and what a column's dictionary needs, and gives it back.
 * @param rows at least 1
 * @throws what the kernel's host throws when memory runs out
 */
export function encodeRowGroup(
  kernel: Kernel,
  columns: readonly ColumnInput[],
  rows: number,
  compression: Compression,
): EncodedRowGroup {
  invariant(rows > 0, 'a row group has rows');
  const expectedBytes = columns.length * (EXPECTED_COLUMN_BYTES + EXPECTED_VALUE_BYTES * rows);
  const pages = new PageWriter(kernel, compression, expectedBytes);
  try {
    const encoded = columns.map((column) => encodeColumn(kernel, column, rows, pages));
    return { rows, codec: compression.codec, bytes: pages.finish(), columns: encoded };
  } finally {
    pages.release();
  }
}

function encodeColumn(kernel: Kernel, column: ColumnInput, rows: number, pages: PageWriter): EncodedColumn {
  const scratch = new Scratch(kernel);
  try {
    if (column.kind === 'dictionary' && column.type === 'stringList') {
      return writeListColumn(kernel, column, rows, pages, scratch);
    }
    return writeColumn(kernel, planOf(kernel, column, rows, scratch), rows, pages, scratch);
  } finally {
    scratch.releaseAll();
  }
}

function planOf(kernel: Kernel, column: ColumnInput, rows: number, scratch: Scratch) {
  switch (column.kind) {
    case 'time':
      return planTime(kernel, column, rows, scratch);
    case 'dictionary':
      return planDictionary(kernel, column, rows, scratch);
    case 'plain':
      return planPlain(kernel, column, rows, scratch);
  }
}
