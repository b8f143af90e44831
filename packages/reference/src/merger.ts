import {
  HourmillError,
  type MergedRollUp,
  type MergeRequest,
  type ObjectStore,
  type PartFile,
  type RollUpMerger,
  type SidecarFile,
  type StoredRollUp,
  sha256,
} from '@hourmill/core';
import { partColumns } from '@hourmill/record';
import { decodeAccumulators, sumsOf } from '@hourmill/sidecar';
import { MemoryGuard } from './limits/memory-guard.ts';
import { Pacer } from './limits/pacer.ts';
import type { ReferenceMergerOptions } from './options.ts';
import { type PartReader, partFormat } from './parts/part-format.ts';
import { type GroupRow, GroupTable } from './rollup/group-table.ts';
import { writeParts } from './write-parts.ts';

/** Merges stored roll-ups by adding all of their rows to one table of groups: the oracle of the merger of packages/rollup. */
export function createReferenceMerger(options: ReferenceMergerOptions): RollUpMerger {
  return { merge: (request) => merge(options, request) };
}

async function merge(options: ReferenceMergerOptions, request: MergeRequest): Promise<MergedRollUp> {
  const { program, limits, compression } = options;
  const { base, added, store, prefix, signal } = request;
  const columns = partColumns(program);
  const format = partFormat(options.partFormat);
  const read = await format.createReader(columns);
  const groups = new GroupTable(program.metrics);
  const pacer = new Pacer(signal);
  const memory = new MemoryGuard(limits.memoryBytes);
  const doubleSums = program.metrics.filter(({ type }) => type === 'doubleSum').length;
  for (const rollUp of [base, added]) {
    for await (const rows of storedRows(rollUp, doubleSums, store, read, signal)) {
      for (const row of rows) groups.addRolledUp(row);
      memory.check(() => `${groups.size} groups`);
      if (pacer.due) await pacer.rest();
    }
  }
  const target = { program, groups, store, prefix, signal, pacer, memory, format, codec: compression.codec };
  const written = await writeParts({ ...target, accumulators: true }, columns);
  return { ...written, columns, groups: groups.size, parquet: format.library, peakMemoryBytes: memory.peakBytes };
}

/** The rows of a roll-up with their exact sums, part by part. */
async function* storedRows(
  { parts, accumulators }: StoredRollUp,
  doubleSums: number,
  store: ObjectStore,
  read: PartReader,
  signal: AbortSignal,
): AsyncGenerator<GroupRow[]> {
  for (const [index, part] of parts.entries()) {
    const rows = readRows(read, await wholeFile(store, part, signal), part.path);
    const sums = doubleSums === 0 ? [] : await readSums(store, accumulators[index], part, doubleSums, signal);
    if (rows.length !== part.rows) throw damaged(part.path, `it has ${rows.length} rows, and not ${part.rows}`);
    yield rows.map((row, at) => ({ ...row, exactSums: sums.map((column) => column[at] ?? null) }));
  }
}

function readRows(read: PartReader, bytes: Uint8Array, path: string): ReturnType<PartReader> {
  try {
    return read(bytes);
  } catch (cause) {
    throw damaged(path, 'it cannot be read as a part', cause);
  }
}

/** @returns the sums of each metric, row by row of the part */
async function readSums(
  store: ObjectStore,
  file: SidecarFile | undefined,
  part: PartFile,
  doubleSums: number,
  signal: AbortSignal,
): Promise<readonly (readonly (bigint | null)[])[]> {
  if (file === undefined) throw damaged(part.path, 'there are no exact sums beside it');
  const columns = decodeAccumulators(await wholeFile(store, file, signal), file.path);
  const isOfPart = columns.length === doubleSums && columns.every(({ lengths }) => lengths.length === part.rows);
  if (!isOfPart) throw damaged(file.path, `it is not of the ${part.rows} rows and ${doubleSums} sums of ${part.path}`);
  return columns.map(sumsOf);
}

async function wholeFile(
  store: ObjectStore,
  file: Pick<PartFile, 'path' | 'sha256'>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await store.get(file.path, signal);
  if (sha256(bytes) !== file.sha256) throw damaged(file.path, 'its sha256 is not the one that was named');
  return bytes;
}

function damaged(path: string, what: string, cause?: unknown): HourmillError {
  return new HourmillError('HM_LEDGER_004', `${path} is damaged: ${what}`, { context: { path }, cause });
}
