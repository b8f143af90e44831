import {
  accumulatorsKey,
  type ObjectStore,
  type PartFile,
  partKey,
  type SidecarFile,
  type StoredRollUp,
  sha256,
} from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { type ColumnInput, type Compression, CREATED_BY, encodeRowGroup, PartAssembler } from '@hourmill/parquet';
import type { Program } from '@hourmill/pipeline';
import { type DimensionValue, orderedDouble, orderedList, orderedLong, partColumns } from '@hourmill/record';
import { accumulatorColumn, encodeAccumulators } from '@hourmill/sidecar';
import type { Group } from './roll-up.ts';
import { testKernel } from './test-kernel.ts';

export interface StoreOptions {
  readonly compression?: Compression;
  readonly rowGroupRows?: number;
  readonly partRows?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Stores groups by packages/parquet, as an engine that has no other cuts than these. */
export async function storeRollUp(
  store: ObjectStore,
  prefix: string,
  program: Program,
  groups: readonly Group[],
  {
    compression = { codec: 'zstd', level: 3 },
    rowGroupRows = 65_536,
    partRows = 2 ** 20,
    metadata = {},
  }: StoreOptions = {},
): Promise<StoredRollUp> {
  const columns = partColumns(program);
  const parts: PartFile[] = [];
  const accumulators: SidecarFile[] = [];
  const rowsOfPart = Math.ceil(partRows / rowGroupRows) * rowGroupRows;
  for (const rows of slices(groups, rowsOfPart)) {
    const assembler = new PartAssembler(columns, metadata, CREATED_BY);
    for (const group of slices(rows, rowGroupRows)) {
      const kernel = testKernel();
      assembler.add(encodeRowGroup(kernel, inputsOf(kernel, program, group), group.length, compression));
    }
    const put = async (path: string, bytes: Uint8Array) => {
      await store.put(path, bytes);
      return { path, bytes: bytes.length, sha256: sha256(bytes), rows: rows.length };
    };
    const index = parts.length;
    parts.push(await put(partKey(prefix, index), Buffer.concat(assembler.finish())));
    const sums = (rows[0]?.sums ?? []).map((_, sum) => accumulatorColumn(rows.map((row) => row.sums[sum] ?? null)));
    if (sums.length === 0) continue;
    const file = await put(accumulatorsKey(prefix, index), encodeAccumulators(sums));
    accumulators.push({ kind: 'accumulators', algorithm: null, ...file });
  }
  return { columns, parts, accumulators };
}

function slices<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(size * index, size * (index + 1)),
  );
}

function inputsOf(kernel: Kernel, program: Program, rows: readonly Group[]): ColumnInput[] {
  const put = (bytes: Uint8Array): number => {
    const at = kernel.exports.allocate(bytes.length + 64) >>> 0;
    kernel.bytes.set(bytes, at);
    return at;
  };
  const words = (values: readonly number[]): number => put(new Uint8Array(Uint32Array.from(values).buffer));
  const startMs = rows[0]?.timeMs ?? 0;
  const widthMs = program.queryGranularityMs;
  const buckets = words(rows.map(({ timeMs }) => (timeMs - startMs) / widthMs));
  return [
    { kind: 'time', name: '__time', buckets, startMs: BigInt(startMs), granularityMs: BigInt(widthMs) },
    ...program.dimensions.map(({ name, type, multiValue }, index): ColumnInput => {
      const values = rows.map(({ dimensions }) => dimensions[index] ?? null);
      const entries = [
        ...new Set(values.filter((value) => value !== null).map((value) => hex(orderedOf(value)))),
      ].sort();
      const ranks = values.map((value) => (value === null ? 0 : 1 + entries.indexOf(hex(orderedOf(value)))));
      const dictionary = put(blockOf(entries.map((entry) => Buffer.from(entry, 'hex'))));
      return {
        kind: 'dictionary',
        name,
        type: multiValue === null ? type : 'stringList',
        ranks: words(ranks),
        dictionary,
      };
    }),
    ...program.metrics.map(({ name, type }, index): ColumnInput => {
      const values = rows.map(({ metrics }) => metrics[index] ?? null);
      const doubles = type.startsWith('double');
      const numbers = doubles
        ? Float64Array.from(values, (value) => Number(value ?? 0))
        : BigInt64Array.from(values, (value) => BigInt(value ?? 0n));
      const valid = put(Uint8Array.from(values, (value) => Number(value !== null)));
      return {
        kind: 'plain',
        name,
        type: doubles ? 'double' : 'long',
        values: put(new Uint8Array(numbers.buffer)),
        valid,
      };
    }),
  ];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function orderedOf(value: NonNullable<DimensionValue>): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (typeof value === 'bigint') return orderedLong(value);
  return typeof value === 'number' ? orderedDouble(value) : orderedList(value);
}

/** See the kernel's `assembly/merge/dictionary-block.ts`. */
function blockOf(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(entries);
  const offsets = [0];
  for (const { length } of entries) offsets.push((offsets.at(-1) ?? 0) + length);
  const head = new Uint8Array(Uint32Array.of(entries.length, bytes.length, ...offsets).buffer);
  return Buffer.concat([head, bytes, new Uint8Array(16)]);
}
