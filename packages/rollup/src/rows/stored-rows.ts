import {
  HourmillError,
  InvariantError,
  isHourmillError,
  type ObjectStore,
  type PartColumn,
  type PartFile,
  type SidecarFile,
  type StoredRollUp,
} from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { decodeAccumulators } from '@hourmill/sidecar';
import type { Turns } from '../limits/turns.ts';
import { type Footer, readFooter } from '../parquet/footer.ts';
import { PartSums } from '../sums/part-sums.ts';
import { checkFile } from './check-file.ts';
import { type RowGroup, readRowGroup, rowGroupBytes } from './row-group.ts';

export interface RowsContext {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly columns: readonly PartColumn[];
  /** How many of the metrics are sums of doubles. */
  readonly doubleSums: number;
  readonly turns: Turns;
}

interface OpenPart {
  readonly part: PartFile;
  readonly file: Uint8Array;
  readonly footer: Footer;
  readonly sums: PartSums;
}

/** The rows of a stored roll-up in their order, one row group at a time. One part of it is held in memory as it is stored. */
export class StoredRows {
  readonly #rollUp: StoredRollUp;
  readonly #context: RowsContext;
  #parts = 0;
  #open: OpenPart | null = null;
  #rowGroups = 0;
  #rows = 0;
  /** Where the next row to be merged is. */
  group: RowGroup | null = null;
  row = 0;

  constructor(rollUp: StoredRollUp, context: RowsContext) {
    this.#rollUp = rollUp;
    this.#context = context;
  }

  /** Metadata of the part that was opened last. */
  get metadata(): Footer['metadata'] {
    return this.#open?.footer.metadata ?? [];
  }

  /**
   * Goes on to the next row group when all rows of this one are merged; `group` is null behind the last one.
   * @throws HM_LEDGER_004 for a file that is not what the manifest says, HM_LIMIT_001, HM_STORE_*
   */
  async settle(): Promise<void> {
    while (this.group === null || this.row >= this.group.rows) {
      const next = await this.#next();
      if (this.group?.rows === 0) this.group[Symbol.dispose]();
      this.group = next;
      this.row = 0;
      if (next === null) return;
    }
  }

  async #next(): Promise<RowGroup | null> {
    for (;;) {
      const place = this.#open?.footer.rowGroups[this.#rowGroups];
      if (this.#open !== null && place !== undefined) return this.#read(this.#open, place);
      if (this.#parts >= this.#rollUp.parts.length) return null;
      this.#open = null;
      this.#open = await this.#openPart(this.#parts++);
      this.#rowGroups = 0;
      this.#rows = 0;
    }
  }

  async #read({ part, file, sums }: OpenPart, place: Footer['rowGroups'][number]): Promise<RowGroup> {
    const { kernel, columns, turns } = this.#context;
    turns.memory.reserve(rowGroupBytes(place));
    const partSums = { sums, first: this.#rows };
    const group = await reading(part.path, () => readRowGroup(kernel, file, place, columns, partSums, turns));
    this.#rowGroups += 1;
    this.#rows += group.rows;
    return group;
  }

  async #openPart(index: number): Promise<OpenPart> {
    const { columns, doubleSums, turns } = this.#context;
    const part = this.#rollUp.parts[index] as PartFile;
    const sidecar = doubleSums === 0 ? undefined : this.#rollUp.accumulators[index];
    turns.memory.reserve(part.bytes + (sidecar?.bytes ?? 0));
    const [file, sums] = await Promise.all([this.#get(part), sidecar === undefined ? null : this.#get(sidecar)]);
    const footer = await reading(part.path, async () => readFooter(file, columns));
    const rows = footer.rowGroups.reduce((sum, rowGroup) => sum + rowGroup.rows, 0);
    if (rows !== part.rows) throw damaged(part.path, `it has ${rows} rows, not ${part.rows}`);
    return { part, file, footer, sums: this.#sumsOf(part, sidecar, sums, footer.rowGroups.length) };
  }

  async #get(file: PartFile | SidecarFile): Promise<Uint8Array> {
    const { store, turns } = this.#context;
    const bytes = await store.get(file.path, turns.signal);
    await checkFile(bytes, file, turns);
    return bytes;
  }

  #sumsOf(part: PartFile, sidecar: SidecarFile | undefined, bytes: Uint8Array | null, rowGroups: number): PartSums {
    const { kernel, doubleSums } = this.#context;
    if (doubleSums === 0) return new PartSums(kernel, [], rowGroups);
    if (sidecar === undefined || bytes === null) throw damaged(part.path, 'it has no file of exact sums');
    const sums = decodeAccumulators(bytes, sidecar.path);
    if (sums.length !== doubleSums || sums[0]?.lengths.length !== part.rows) {
      throw damaged(sidecar.path, `it is not of the ${part.rows} rows of ${part.path}`);
    }
    return new PartSums(kernel, sums, rowGroups);
  }
}

function damaged(path: string, what: string, cause?: unknown): HourmillError {
  return new HourmillError('HM_LEDGER_004', `${path} is damaged: ${what}`, { context: { path }, cause });
}

/** What goes wrong while a file is taken apart is the file's fault, unless it is a limit or a bug. */
async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InvariantError) throw error;
    if (isHourmillError(error) && error.code !== 'HM_LEDGER_004') throw error;
    throw damaged(path, error instanceof Error ? error.message : String(error), error);
  }
}
