import { tableFromIPC, type Vector } from 'apache-arrow';
import fc from 'fast-check';
import { readParquet } from 'parquet-wasm';
import { expect, test } from 'vitest';
import { columns } from './support/arbitrary-columns.ts';
import { expectedRows, type Rows } from './support/readers.ts';
import { writeFile } from './support/write-file.ts';

/** arrow-rs is the reader of DataFusion and many others, and the writer of the reference engine. */
function readByArrow(file: Uint8Array): Rows {
  const table = tableFromIPC(readParquet(file).intoIPCStream());
  return Array.from({ length: table.numRows }, (_, row) => {
    return Object.fromEntries(
      table.schema.fields.map(({ name }) => [name, plainOf(table.getChild(name)?.get(row) ?? null, name)]),
    );
  });
}

function plainOf(value: unknown, name: string): unknown {
  if (typeof value === 'bigint' || name === '__time') return `${value}`;
  return typeof value === 'object' && value !== null ? [...(value as Vector)] : value;
}

test('every value comes back by arrow-rs', () => {
  const codec = fc.constantFrom('none', 'snappy', 'gzip', 'zstd');
  fc.assert(
    fc.property(columns, codec, (written, chosen) => {
      const file = writeFile([written], { codec: chosen, level: 3 });
      expect(readByArrow(file)).toEqual(expectedRows(written));
    }),
    { numRuns: 30 },
  );
});
