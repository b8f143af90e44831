import { type PartColumn, type PartFile, partKey, type StageOneRequest, sha256 } from '@hourmill/core';
import { CREATED_BY, type EncodedRowGroup, PART_BYTES, PART_ROWS, PartAssembler } from '@hourmill/parquet';
import type { AccumulatorsWriter } from '../sidecars/accumulators-writer.ts';
import type { ChunkSlice } from '../worker/stage.ts';

/** Puts row groups into parts, and stores each part when it is full, with the exact sums of its rows if they are wanted. */
export class PartWriter {
  readonly #request: StageOneRequest;
  readonly #columns: readonly PartColumn[];
  readonly #sums: AccumulatorsWriter | null;
  readonly parts: PartFile[] = [];
  #groups: EncodedRowGroup[] = [];
  #rows = 0;
  #bytes = 0;

  constructor(request: StageOneRequest, columns: readonly PartColumn[], sums: AccumulatorsWriter | null) {
    this.#request = request;
    this.#sums = sums;
    this.#columns = columns;
  }

  /** The next row group, in the order of rows, and where its rows came from. A part is durable when this or {@link end} returns. */
  async add(group: EncodedRowGroup, slices: readonly ChunkSlice[]): Promise<void> {
    this.#groups.push(group);
    this.#sums?.add(slices);
    this.#rows += group.rows;
    this.#bytes += group.bytes.length;
    if (this.#rows >= PART_ROWS || this.#bytes >= PART_BYTES) await this.#store();
  }

  async end(): Promise<readonly PartFile[]> {
    if (this.#rows > 0) await this.#store();
    return this.parts;
  }

  async #store(): Promise<void> {
    const { plan, store, prefix, signal } = this.#request;
    signal.throwIfAborted();
    const assembler = new PartAssembler(
      this.#columns,
      // Not the run: the same plan gives the same bytes.
      {
        'hourmill.pipeline': plan.pipeline,
        'hourmill.hour': plan.hour,
        'hourmill.definitionHash': plan.definitionHash,
      },
      CREATED_BY,
    );
    for (const group of this.#groups) assembler.add(group);
    const bytes = Buffer.concat(assembler.finish());
    const path = partKey(prefix, this.parts.length);
    await store.put(path, bytes, signal);
    this.parts.push({ path, rows: this.#rows, bytes: bytes.length, sha256: sha256(bytes) });
    await this.#sums?.endPart();
    this.#groups = [];
    this.#rows = 0;
    this.#bytes = 0;
  }
}
