import { invariant, type MergedRollUp, type MergeRequest, type RollUpMerger, type StoredRollUp } from '@hourmill/core';
import { partLibrary } from '@hourmill/parquet';
import { partColumns } from '@hourmill/record';
import { openKernel } from './kernel/open-kernel.ts';
import { Memory } from './limits/memory.ts';
import { Turns } from './limits/turns.ts';
import { mergeRows } from './merge/merge-rows.ts';
import { DEFAULT_TUNING, type MergerOptions } from './options.ts';
import { PartWriter } from './output/part-writer.ts';
import { isDoubleSum, RowGroupWriter } from './output/row-group-writer.ts';
import { StoredRows } from './rows/stored-rows.ts';

/** Pairs of a part's footer that stay when its rows are written anew. */
const OWN_METADATA = 'hourmill.';

/**
 * Merges stored roll-ups of a program, whichever engine wrote them. The parts are those that the local engine would write for the
 * same rows, but for the pairs in their footers, which are those of the first base part, or of the first added one.
 */
export function createMerger(options: MergerOptions): RollUpMerger {
  return { merge: (request) => merge(options, request) };
}

async function merge(options: MergerOptions, request: MergeRequest): Promise<MergedRollUp> {
  const { program, compression } = options;
  const { store, prefix, signal } = request;
  const tuning = { ...DEFAULT_TUNING, ...options.tuning };
  signal.throwIfAborted();
  const memory = new Memory(options.limits.memoryBytes);
  const turns = new Turns(signal, memory);
  const columns = partColumns(program);
  for (const rollUp of [request.base, request.added]) checkColumns(rollUp, columns);
  const kernel = await openKernel(memory);
  const doubleSums = program.metrics.filter(isDoubleSum).length;
  const rowsOf = (rollUp: StoredRollUp) => new StoredRows(rollUp, { kernel, store, columns, doubleSums, turns });
  const [base, added] = [rowsOf(request.base), rowsOf(request.added)];
  const writer = new RowGroupWriter(kernel, program, compression, tuning.rowGroupRows);
  const parts = new PartWriter({ store, prefix, columns }, turns, tuning);
  const finishPart = () => parts.store(writer.takeSums(), metadataOf(base, added));
  let groups = 0;
  for await (const plan of mergeRows(kernel, base, added, tuning.rowGroupRows)) {
    parts.add(writer.write(plan));
    groups += plan.rows;
    await turns.take();
    if (parts.isFull) await finishPart();
  }
  if (!parts.isEmpty) await finishPart();
  return {
    columns,
    parts: parts.parts,
    accumulators: parts.accumulators,
    groups,
    sums: writer.totals.sums(),
    parquet: partLibrary(),
    peakMemoryBytes: memory.peakBytes,
  };
}

/** Of another definition nothing may be merged: whoever asks has compared the hashes. */
function checkColumns({ columns }: StoredRollUp, own: StoredRollUp['columns']): void {
  invariant(JSON.stringify(columns) === JSON.stringify(own), 'both roll-ups have the columns of the program');
}

function metadataOf(base: StoredRows, added: StoredRows): Readonly<Record<string, string>> {
  const pairs = [base, added].map(({ metadata }) => metadata.filter(([key]) => key.startsWith(OWN_METADATA)));
  return Object.fromEntries(pairs.find((own) => own.length > 0) ?? []);
}
