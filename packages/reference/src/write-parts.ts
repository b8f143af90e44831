import {
  accumulatorsKey,
  type ObjectStore,
  type PartColumn,
  type PartFile,
  partKey,
  type SidecarFile,
  type Sums,
  sha256,
} from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { accumulatorColumn, encodeAccumulators } from '@hourmill/sidecar';
import type { MemoryGuard } from './limits/memory-guard.ts';
import type { Pacer } from './limits/pacer.ts';
import type { Codec, PartFormat, PartWriter } from './parts/part-format.ts';
import type { GroupRow, GroupTable } from './rollup/group-table.ts';
import { PartCutter, sortedBuckets } from './rollup/merge.ts';
import { Totals } from './rollup/totals.ts';

/** Finished groups, and where they go. */
export interface GroupsToWrite {
  readonly program: Program;
  readonly groups: GroupTable;
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly pacer: Pacer;
  readonly memory: MemoryGuard;
  readonly format: PartFormat;
  readonly codec: Codec;
  /** Whether the exact sums of each part are written, where there are sums of doubles. */
  readonly accumulators: boolean;
}

export interface WrittenParts {
  readonly parts: readonly PartFile[];
  readonly accumulators: readonly SidecarFile[];
  readonly sums: Sums;
}

/**
 * The second half of a build or a merge: sorts the groups, cuts them into parts and stores these. No groups, no parts.
 * @throws HM_ENGINE_001, HM_ENGINE_002 for sums out of range; HM_STORE_*
 */
export async function writeParts(written: GroupsToWrite, columns: readonly PartColumn[]): Promise<WrittenParts> {
  const { program, groups, pacer, format, codec } = written;
  const totals = new Totals(program.metrics);
  const parts: PartFile[] = [];
  const accumulators: SidecarFile[] = [];
  if (groups.size === 0) return { parts, accumulators, sums: totals.sums() };
  const write = await format.createWriter(columns, codec);
  const store = async (rows: readonly GroupRow[]): Promise<void> => {
    const index = parts.length;
    parts.push(await storePart(written, write, index, rows));
    const hasSums = rows.some(({ exactSums }) => exactSums.length > 0);
    if (written.accumulators && hasSums) accumulators.push(await storeAccumulators(written, index, rows));
  };
  const cutter = new PartCutter();
  for (const rows of sortedBuckets(groups, program.dimensions)) {
    totals.add(rows);
    for (const part of cutter.add(rows)) await store(part);
    if (pacer.due) await pacer.rest();
  }
  for (const part of cutter.end()) await store(part);
  return { parts, accumulators, sums: totals.sums() };
}

async function storePart(
  { store, prefix, signal, memory, groups }: GroupsToWrite,
  write: PartWriter,
  index: number,
  rows: readonly GroupRow[],
): Promise<PartFile> {
  signal.throwIfAborted();
  const path = partKey(prefix, index);
  const bytes = write(rows);
  memory.check(() => `${groups.size} groups`);
  await store.put(path, bytes, signal);
  return { path, rows: rows.length, bytes: bytes.length, sha256: sha256(bytes) };
}

async function storeAccumulators(
  { store, prefix, signal }: GroupsToWrite,
  index: number,
  rows: readonly GroupRow[],
): Promise<SidecarFile> {
  const columns = (rows[0]?.exactSums ?? []).map((_, column) =>
    accumulatorColumn(rows.map(({ exactSums }) => exactSums[column] ?? null)),
  );
  const bytes = encodeAccumulators(columns);
  const path = accumulatorsKey(prefix, index);
  await store.put(path, bytes, signal);
  const file = { path, bytes: bytes.length, sha256: sha256(bytes), rows: rows.length };
  return { kind: 'accumulators', algorithm: null, ...file };
}
