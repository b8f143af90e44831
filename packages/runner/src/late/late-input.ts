import {
  type Generation,
  HourmillError,
  type LateReference,
  type ObjectStore,
  type Plan,
  sha256,
} from '@hourmill/core';
import { type LateRow, readLateRows } from '@hourmill/sidecar';
import type { PipelineContext } from '../context.ts';
import { ObjectVersions } from './object-versions.ts';
import { inputOf } from './own-input.ts';

/** What an hour takes in of what later hours met of it. */
export interface LateInput {
  /** Each position once, in the order in which they rank; none of the hour's own input. */
  readonly rows: readonly LateRow[];
  /** All files that this settles, also those of which no row is left. */
  readonly files: readonly LateReference[];
}

export interface WaitingInput extends LateInput {
  /** An object of which rows were taken in before, and rows of a newer version wait: no merge takes the old ones out. Null: none. */
  readonly replaced: string | null;
}

/**
 * Late rows that were not taken in before.
 * @param waiting the files that the hour's manifest does not name
 * @param generations of that manifest
 * @param plan whose input they must not lie in
 * @throws HM_LEDGER_004 when a file is damaged, HM_STORE_003 when one is gone, HM_LIMIT_001 when they have no room in memory
 */
export async function readWaitingRows(
  context: PipelineContext,
  waiting: readonly LateReference[],
  generations: readonly Generation[],
  plan: Plan,
  signal: AbortSignal,
): Promise<WaitingInput> {
  const reader = new RowReader(context, plan, signal);
  for (const { late } of generations) await reader.skip(late);
  const taken = reader.versions.sources();
  const rows = await reader.read(waiting);
  const counting = rows.filter(({ source }) => reader.versions.counts(source));
  return { rows: counting, files: waiting, replaced: reader.versions.replacedOf(taken) };
}

/**
 * All late rows of an hour, for a build of it from the start: those that the hour had taken in before come first, generation by generation,
 * so that they keep their ranks among each other. Of each generation that has files, and of what is new, what it has.
 * @param committed all files that count
 * @throws as {@link readWaitingRows}
 */
export async function readAllRows(
  context: PipelineContext,
  committed: readonly LateReference[],
  generations: readonly Generation[],
  plan: Plan,
  signal: AbortSignal,
): Promise<readonly LateInput[]> {
  const isIn = (taken: readonly LateReference[], file: LateReference): boolean =>
    taken.some(({ path, sha256: hash }) => path === file.path || hash === file.sha256);
  const left = new Set(committed);
  const takeOut = (isWanted: (file: LateReference) => boolean): LateReference[] => {
    const wanted = [...left].filter(isWanted);
    for (const file of wanted) left.delete(file);
    return wanted;
  };
  const before = generations.map(({ late }) => takeOut((file) => isIn(late, file)));
  const batches = [...before, takeOut(() => true)].filter((files) => files.length > 0);
  const reader = new RowReader(context, plan, signal);
  const read: LateInput[] = [];
  for (const files of batches) read.push({ rows: await reader.read(files), files });
  return read.map(({ rows, files }) => ({ rows: rows.filter(({ source }) => reader.versions.counts(source)), files }));
}

/**
 * The source of a row that an hour has taken in although no file that counts has it now; null when there is none. Reads nothing as long as
 * the files are those that were taken in, or the same again.
 */
export async function rowThatNoLongerCounts(
  { store }: PipelineContext,
  taken: readonly LateReference[],
  files: readonly LateReference[],
  signal: AbortSignal,
): Promise<string | null> {
  const hashes = new Set(files.map(({ sha256 }) => sha256));
  const superseded = taken.filter(({ sha256 }) => !hashes.has(sha256));
  if (superseded.length === 0) return null;
  const there = new Set<string>();
  for (const file of files) for (const row of await rowsOf(store, file, signal)) there.add(positionOf(row));
  const versions = new ObjectVersions();
  for (const file of taken) for (const { source } of await rowsOf(store, file, signal)) versions.add(source, file.path);
  for (const file of superseded) {
    const counted = (await rowsOf(store, file, signal)).filter(({ source }) => versions.counts(source));
    const gone = counted.find((row) => !there.has(positionOf(row)));
    if (gone !== undefined) return gone.source;
  }
  return null;
}

function positionOf({ source, record }: LateRow): string {
  return `${source} ${record}`;
}

async function rowsOf(
  store: ObjectStore,
  { path, sha256: expected }: LateReference,
  signal: AbortSignal,
): Promise<readonly LateRow[]> {
  const bytes = await store.get(path, signal);
  if (sha256(bytes) !== expected) {
    throw new HourmillError('HM_LEDGER_004', `${path} is not the file that the ledger named`, { context: { path } });
  }
  return readLateRows(bytes, path);
}

/** Reads files of late rows, and gives each position once. */
class RowReader {
  readonly #store: ObjectStore;
  readonly #signal: AbortSignal;
  readonly #isOwn: (row: LateRow) => boolean;
  readonly #maxBytes: number;
  readonly #seen = new Map<string, Set<number>>();
  /** Of the objects in which the rows were. */
  readonly versions = new ObjectVersions();
  #bytes = 0;

  constructor({ store, loaded }: PipelineContext, plan: Plan, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
    this.#isOwn = inputOf(plan);
    // The other half is for what becomes of them.
    this.#maxBytes = loaded.definition.limits.memoryBytes / 2;
  }

  /** The rows that no file before had, sorted by position. */
  async read(files: readonly LateReference[]): Promise<readonly LateRow[]> {
    const rows: LateRow[] = [];
    for await (const row of this.#newRows(files)) {
      this.#take(row);
      rows.push(row);
    }
    return rows.sort(byPosition);
  }

  /** From here on their rows count as read; none is held. */
  async skip(files: readonly LateReference[]): Promise<void> {
    for await (const _ of this.#newRows(files));
  }

  async *#newRows(files: readonly LateReference[]): AsyncGenerator<LateRow> {
    for (const file of files) {
      for (const row of await rowsOf(this.#store, file, this.#signal)) {
        if (this.#isOwn(row)) continue;
        this.versions.add(row.source, file.path);
        if (this.#isNew(row)) yield row;
      }
    }
  }

  #isNew({ source, record }: LateRow): boolean {
    let records = this.#seen.get(source);
    if (records === undefined) {
      records = new Set();
      this.#seen.set(source, records);
    }
    if (records.has(record)) return false;
    records.add(record);
    return true;
  }

  #take({ raw }: LateRow): void {
    this.#bytes += raw.length;
    if (this.#bytes > this.#maxBytes) {
      throw new HourmillError(
        'HM_LIMIT_001',
        `the late rows of the hour take more than half of limits.memory, ${this.#maxBytes} bytes`,
      );
    }
  }
}

function byPosition(a: LateRow, b: LateRow): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.record - b.record;
}
