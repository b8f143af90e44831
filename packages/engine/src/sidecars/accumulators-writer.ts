import { accumulatorsKey, type SidecarFile, type StageOneRequest, sha256 } from '@hourmill/core';
import { type AccumulatorColumn, encodeAccumulatorsAside } from '@hourmill/sidecar';
import type { ChunkSlice } from '../worker/stage.ts';
import { sumsOfSlice } from './chunk-sums.ts';

/** Stores the exact sums of the rows of each part. One part's are in memory at a time. */
export class AccumulatorsWriter {
  readonly #request: StageOneRequest;
  readonly #columns: number;
  readonly files: SidecarFile[] = [];
  /** Of the rows so far, by column. */
  #pieces: AccumulatorColumn[][] = [];

  /** @param columns sums of doubles */
  constructor(request: StageOneRequest, columns: number) {
    this.#request = request;
    this.#columns = columns;
  }

  /** The next rows of the part, in their order. */
  add(slices: readonly ChunkSlice[]): void {
    for (const slice of slices) this.#pieces.push(sumsOfSlice(slice));
  }

  /** Durable on return. The next rows are of the next part. */
  async endPart(): Promise<void> {
    const { store, prefix, signal } = this.#request;
    const pieces = this.#pieces;
    this.#pieces = [];
    const columns = Array.from({ length: this.#columns }, (_, column) => {
      return joined(pieces.flatMap((columns) => columns[column] ?? []));
    });
    const bytes = await encodeAccumulatorsAside(columns);
    const path = accumulatorsKey(prefix, this.files.length);
    await store.put(path, bytes, signal);
    const rows = columns[0]?.lengths.length ?? 0;
    const size = { bytes: bytes.length, sha256: sha256(bytes) };
    this.files.push({ kind: 'accumulators', path, ...size, algorithm: null, rows });
  }
}

function joined(pieces: readonly AccumulatorColumn[]): AccumulatorColumn {
  const lengths = new Uint16Array(pieces.reduce((sum, { lengths }) => sum + lengths.length, 0));
  let row = 0;
  for (const piece of pieces) {
    lengths.set(piece.lengths, row);
    row += piece.lengths.length;
  }
  return { lengths, values: Buffer.concat(pieces.map(({ values }) => values)) };
}
