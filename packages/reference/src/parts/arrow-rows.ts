import type { PartColumn } from '@hourmill/core';
import { decodeUtf8, type Row } from '@hourmill/record';
import type { Data, Table } from 'apache-arrow';
import { type PartValue, rowOfValues } from './row-of-values.ts';

/** The rows of a part as an Arrow table. Reads the buffers themselves: Arrow's own decoder drops a U+FEFF at the start of a string. */
export function arrowRows(columns: readonly PartColumn[], table: Table): Row[] {
  const values = columns.map((column) => {
    const vector = table.getChild(column.name);
    return (vector?.data ?? []).flatMap((data) => valuesOf(column.type, data));
  });
  return Array.from({ length: table.numRows }, (_, row) =>
    rowOfValues(
      columns,
      values.map((column) => column[row] ?? null),
    ),
  );
}

function valuesOf(type: PartColumn['type'], data: Data): PartValue[] {
  switch (type) {
    case 'timestamp':
    case 'long':
    case 'double': {
      const numbers = data.values as BigInt64Array | Float64Array;
      return present(data, (row) => numbers[row] ?? null);
    }
    case 'string':
      return strings(data);
    case 'stringList':
      return lists(data);
  }
}

function strings(data: Data): (string | null)[] {
  const offsets = data.valueOffsets as Int32Array;
  const bytes = data.values as Uint8Array;
  return present(data, (row) => decodeUtf8(bytes.subarray(offsets[row], offsets[row + 1])));
}

function lists(data: Data): (readonly (string | null)[] | null)[] {
  const offsets = data.valueOffsets as Int32Array;
  const [child] = data.children;
  const elements = child === undefined ? [] : strings(child);
  return present(data, (row) => elements.slice(offsets[row], offsets[row + 1]));
}

/** One value a row, null where the validity bitmap says so. */
function present<T>({ length, nullCount, nullBitmap }: Data, valueAt: (row: number) => T | null): (T | null)[] {
  const isNull = (row: number): boolean => nullCount > 0 && (((nullBitmap[row >> 3] ?? 0) >> (row & 7)) & 1) === 0;
  return Array.from({ length }, (_, row) => (isNull(row) ? null : valueAt(row)));
}
