import type { Gaps } from '@hourmill/core';
import type { RecordBytes } from '@hourmill/record';

/** Fills the kernel's block with the records of a range, one block after another, in the order of their positions. */
export interface RecordFeed {
  /**
   * Reads the next records into the block, which may be none, and runs the operators over them; false when nothing is left. A
   * promise when it has to wait: it is to be called again then, and the kernel's block and batch are left alone until that.
   * @throws HM_INPUT_*
   */
  nextBlock(): boolean | Promise<void>;
  /** A record of the block, as the reference engine would see it. A view. */
  recordAt(row: number): RecordBytes;
  /** Offsets of the range that are no records, once it is at its end; null for what has no offsets. */
  readonly gaps: Gaps | null;
  /** Gives memory back and closes the reader. @throws what the reader's `close` throws */
  close(): void | Promise<void>;
}
