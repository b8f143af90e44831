import { ROW_GROUP_ROWS } from '@hourmill/parquet';
import type { ChunkSlice, MergedChunk } from '../worker/stage.ts';

/**
 * Cuts finished rows, in their order, into row groups of ROW_GROUP_ROWS; only the last may hold fewer. A function of the
 * rows: how many workers merged them, and where their key ranges met, makes no difference.
 */
export class RowGroupCutter {
  readonly #rowsAGroup: number;
  #group: ChunkSlice[] = [];
  #room: number;

  constructor(rowsAGroup: number = ROW_GROUP_ROWS) {
    this.#rowsAGroup = rowsAGroup;
    this.#room = rowsAGroup;
  }

  /** The next rows. @returns the row groups that are full now */
  add(chunks: readonly MergedChunk[]): ChunkSlice[][] {
    const full: ChunkSlice[][] = [];
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.rows; ) {
        const to = Math.min(chunk.rows, from + this.#room);
        this.#group.push({ chunk, from, to });
        this.#room -= to - from;
        from = to;
        if (this.#room === 0) full.push(...this.end());
      }
    }
    return full;
  }

  /** The row group that is not full, if there is one: it is the last. */
  end(): ChunkSlice[][] {
    const group = this.#group;
    this.#group = [];
    this.#room = this.#rowsAGroup;
    return group.length === 0 ? [] : [group];
  }
}
