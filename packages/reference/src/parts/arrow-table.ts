import type { PartColumn } from '@hourmill/core';
import { partValues, type Row } from '@hourmill/record';
import type * as Arrow from 'apache-arrow';
import type { PartValue } from './row-of-values.ts';

/**
 * Rows as an Arrow table of one batch. Buffers are built whole and wrapped: Arrow's own builders are slower, and leave
 * capacity behind. `__time` cannot be null; every other column can.
 * @param arrow the library, loaded by the caller when it is first needed
 */
export function arrowTable(arrow: typeof Arrow, columns: readonly PartColumn[], rows: readonly Row[]): Arrow.Table {
  const values = rows.map(partValues);
  const data = columns.map((column, index) =>
    columnData(
      arrow,
      column,
      values.map((row) => row[index] ?? null),
    ),
  );
  const fields = columns.map(({ name, role }, index) => {
    return new arrow.Field(name, (data[index] as Arrow.Data).type, role !== 'time');
  });
  const type = new arrow.Struct(fields);
  const batch = arrow.makeData({ type, length: rows.length, nullCount: 0, children: data });
  const schema = new arrow.Schema(fields);
  return new arrow.Table(schema, new arrow.RecordBatch(schema, batch));
}

function columnData(arrow: typeof Arrow, { type }: PartColumn, values: readonly PartValue[]): Arrow.Data {
  const nulls = nullsOf(values);
  switch (type) {
    case 'timestamp':
      return arrow.makeData({ type: new arrow.TimestampMillisecond('UTC'), data: longs(values), ...nulls });
    case 'long':
      return arrow.makeData({ type: new arrow.Int64(), data: longs(values), ...nulls });
    case 'double':
      return arrow.makeData({
        type: new arrow.Float64(),
        data: Float64Array.from(values, (value) => Number(value ?? 0)),
        ...nulls,
      });
    case 'string':
      return stringData(arrow, values as readonly (string | null)[]);
    case 'stringList':
      return listData(arrow, values as readonly (readonly (string | null)[] | null)[]);
  }
}

function stringData(arrow: typeof Arrow, strings: readonly (string | null)[]): Arrow.Data<Arrow.Utf8> {
  const bytes = strings.map((string) => Buffer.from(string ?? '', 'utf8'));
  const valueOffsets = offsetsOf(bytes);
  return arrow.makeData({ type: new arrow.Utf8(), data: Buffer.concat(bytes), valueOffsets, ...nullsOf(strings) });
}

function listData(arrow: typeof Arrow, lists: readonly (readonly (string | null)[] | null)[]): Arrow.Data {
  const child = stringData(
    arrow,
    lists.flatMap((list) => list ?? []),
  );
  const type = new arrow.List(new arrow.Field('element', new arrow.Utf8(), true));
  return arrow.makeData({ type, child, valueOffsets: offsetsOf(lists.map((list) => list ?? [])), ...nullsOf(lists) });
}

/** Where each item begins when all are laid end to end, and where the last one ends. */
function offsetsOf(items: readonly { readonly length: number }[]): Int32Array {
  const offsets = new Int32Array(items.length + 1);
  items.forEach((item, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + item.length;
  });
  return offsets;
}

function longs(values: readonly PartValue[]): BigInt64Array {
  return BigInt64Array.from(values, (value) => (value as bigint | null) ?? 0n);
}

/** Arrow's validity bitmap: one bit a value, lowest first, 1 where there is one. */
function nullsOf(values: readonly unknown[]): { length: number; nullCount: number; nullBitmap: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  values.forEach((value, index) => {
    if (value === null) nullCount += 1;
    else nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return { length: values.length, nullCount, nullBitmap };
}
