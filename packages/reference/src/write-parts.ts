import { type PartColumn, type PartFile, partKey, type Sums, sha256 } from '@hourmill/core';
import { type Codec, createPartWriter, type PartWriter } from './parquet/part-writer.ts';
import type { GroupRow } from './rollup/group-table.ts';
import { PartCutter, sortedBuckets } from './rollup/merge.ts';
import { Totals } from './rollup/totals.ts';
import type { Run } from './run.ts';

/**
 * The second half of a build: sorts the groups, cuts them into parts and stores these. No groups, no parts.
 * @throws HM_ENGINE_001, HM_ENGINE_002 for sums out of range; HM_STORE_*
 */
export async function writeParts(
  run: Run,
  columns: readonly PartColumn[],
  codec: Codec,
): Promise<{ parts: readonly PartFile[]; sums: Sums }> {
  const parts: PartFile[] = [];
  const totals = new Totals(run.program.metrics);
  if (run.groups.size === 0) return { parts, sums: totals.sums() };
  const write = await createPartWriter(columns, codec);
  const cutter = new PartCutter();
  for (const rows of sortedBuckets(run.groups, run.program.dimensions)) {
    totals.add(rows);
    for (const part of cutter.add(rows)) parts.push(await storePart(run, write, parts.length, part));
    if (run.pacer.due) await run.pacer.rest();
  }
  for (const part of cutter.end()) parts.push(await storePart(run, write, parts.length, part));
  return { parts, sums: totals.sums() };
}

async function storePart(run: Run, write: PartWriter, index: number, rows: readonly GroupRow[]): Promise<PartFile> {
  const { store, prefix, signal } = run.request;
  signal.throwIfAborted();
  const path = partKey(prefix, index);
  const bytes = write(rows);
  run.checkMemory();
  await store.put(path, bytes, signal);
  return { path, rows: rows.length, bytes: bytes.length, sha256: sha256(bytes) };
}
