import {
  accumulatorsKey,
  type ObjectStore,
  type PartColumn,
  type PartFile,
  partKey,
  type SidecarFile,
} from '@hourmill/core';
import { CREATED_BY, type EncodedRowGroup, PartAssembler } from '@hourmill/parquet';
import { type AccumulatorColumn, encodeAccumulators } from '@hourmill/sidecar';
import type { Turns } from '../limits/turns.ts';
import type { MergerTuning } from '../options.ts';
import { sha256Of } from '../rows/check-file.ts';

export interface PartTarget {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly columns: readonly PartColumn[];
}

/** Puts row groups into parts, and stores each part when it is full, with the exact sums of its rows. */
export class PartWriter {
  readonly parts: PartFile[] = [];
  readonly accumulators: SidecarFile[] = [];
  readonly #target: PartTarget;
  readonly #turns: Turns;
  readonly #tuning: MergerTuning;
  #groups: EncodedRowGroup[] = [];
  #rows = 0;
  #bytes = 0;

  constructor(target: PartTarget, turns: Turns, tuning: MergerTuning) {
    this.#target = target;
    this.#turns = turns;
    this.#tuning = tuning;
  }

  add(group: EncodedRowGroup): void {
    this.#groups.push(group);
    this.#rows += group.rows;
    this.#bytes += group.bytes.length;
  }

  get isFull(): boolean {
    return this.#rows >= this.#tuning.partRows || this.#bytes >= this.#tuning.partBytes;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /**
   * Stores the row groups that were added since the last call. Durable on return.
   * @param sums of their rows; empty when there is no sum of doubles
   * @param metadata for the part's footer
   */
  async store(sums: readonly AccumulatorColumn[], metadata: Readonly<Record<string, string>>): Promise<void> {
    const { prefix, columns } = this.#target;
    const assembler = new PartAssembler(columns, metadata, CREATED_BY);
    for (const group of this.#groups) assembler.add(group);
    const rows = this.#rows;
    this.#groups = [];
    this.#rows = 0;
    this.#bytes = 0;
    this.#turns.memory.reserve(0);
    const index = this.parts.length;
    this.parts.push({ ...(await this.#put(partKey(prefix, index), assembler.finish())), rows });
    if (sums.length === 0) return;
    const file = await this.#put(accumulatorsKey(prefix, index), [encodeAccumulators(sums)]);
    this.accumulators.push({ kind: 'accumulators', ...file, algorithm: null, rows });
  }

  async #put(path: string, pieces: readonly Uint8Array[]): Promise<Pick<PartFile, 'path' | 'bytes' | 'sha256'>> {
    const { signal } = this.#turns;
    signal.throwIfAborted();
    const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
    const sha256 = await sha256Of([bytes], this.#turns);
    await this.#target.store.put(path, bytes, signal);
    return { path, bytes: bytes.length, sha256 };
  }
}
