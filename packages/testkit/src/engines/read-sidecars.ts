import {
  accumulatorsKey,
  chunkAt,
  type LateFile,
  lateKey,
  type PartFile,
  type Plan,
  type SidecarFile,
} from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { nearestDoubleOf } from '@hourmill/record';
import {
  accumulatorColumn,
  decodeAccumulators,
  encodeAccumulators,
  fingerprintFiles,
  fingerprintsOf,
  keysOf,
  type LateRow,
  lateSource,
  openKeySet,
  readLateRows,
  sumsOf,
} from '@hourmill/sidecar';
import { expect } from 'vitest';
import type { MemoryObjectStore } from '../memory-object-store.ts';
import type { PartRow } from './part-rows.ts';
import { bytesOf } from './stored-files.ts';

/** A late row, whose split is named by its file alone. */
export interface BuiltLateRow extends Omit<LateRow, 'source'> {
  readonly split: string;
}

/** The keys that these files hold. Fails unless they are the very files that such keys are stored as. */
export async function readFingerprints(
  store: MemoryObjectStore,
  prefix: string,
  files: readonly SidecarFile[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const keys of openKeySet(store, files).read(0n, 2n ** 64n)) found.push(...fingerprintsOf(keys));
  const stored = files.map((file) => ({ file, bytes: Buffer.from(bytesOf(store, file)) }));
  const expected = [...fingerprintFiles(prefix, keysOf(found))].map(({ file, bytes }) => {
    return { file, bytes: Buffer.from(bytes) };
  });
  expect(stored).toEqual(expected);
  return found;
}

/** Parts, and the rows that were read of them. */
export interface BuiltParts {
  readonly store: MemoryObjectStore;
  readonly prefix: string;
  readonly program: Program;
  readonly parts: readonly PartFile[];
  readonly rows: readonly PartRow[];
}

/**
 * The exact sums of each row. Fails unless each part has them, where there are sums of doubles at all; unless what the part says is
 * what they round to; and unless their bytes are those that such sums are stored as.
 */
export function readExactSums(
  { store, prefix, program, parts, rows }: BuiltParts,
  files: readonly SidecarFile[],
): readonly (readonly (bigint | null)[])[] {
  const metrics = program.metrics.filter(({ type }) => type === 'doubleSum');
  const expected = metrics.length === 0 ? [] : parts;
  expect(files.map(({ path, rows, algorithm }) => ({ path, rows, algorithm }))).toEqual(
    expected.map((part, index) => ({ path: accumulatorsKey(prefix, index), rows: part.rows, algorithm: null })),
  );
  const columns = metrics.map((): (bigint | null)[] => []);
  for (const file of files) {
    const bytes = Buffer.from(bytesOf(store, file));
    const sums = decodeAccumulators(bytes, file.path).map(sumsOf);
    expect(sums).toHaveLength(metrics.length);
    expect(Buffer.from(encodeAccumulators(sums.map(accumulatorColumn)))).toEqual(bytes);
    sums.forEach((column, index) => {
      for (const sum of column) columns[index]?.push(sum);
    });
  }
  metrics.forEach(({ name }, index) => {
    const rounded = columns[index]?.map((sum) => (sum === null ? null : nearestDoubleOf(sum)));
    expect(rounded).toEqual(rows.map((row) => row[name]));
  });
  return rows.map((_, row) => columns.map((column) => column[row] ?? null));
}

/** The rows of each hour's file. Fails unless it lies where it must, and has as many as named. */
export function lateRowsOf(
  store: MemoryObjectStore,
  plan: Plan,
  runId: string,
  files: readonly LateFile[],
): Readonly<Record<string, readonly BuiltLateRow[]>> {
  const names = new Map(plan.splits.map((split) => [lateSource(split), split.id.slice(split.id.lastIndexOf('/') + 1)]));
  const hours = files.map((file) => {
    const chunk = chunkAt(Date.parse(file.hour), plan.chunk.granularity);
    expect(file.path).toBe(lateKey(plan.pipeline, chunk, plan.chunk, runId));
    const rows = readLateRows(bytesOf(store, file), file.path);
    expect(rows).toHaveLength(file.rows);
    return [file.hour, rows.map(({ source, ...row }) => ({ split: names.get(source) ?? `unknown ${source}`, ...row }))];
  });
  const inOrder = files.map(({ hour }) => hour).toSorted();
  expect(files.map(({ hour }) => hour)).toEqual(inOrder);
  return Object.fromEntries(hours) as Record<string, readonly BuiltLateRow[]>;
}
