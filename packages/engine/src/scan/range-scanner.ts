import { BLOCK_ROWS, FLAG, type Kernel } from '@hourmill/kernel';
import type { RecordBytes, Strays } from '@hourmill/record';
import type { BatchPool } from './batch-pool.ts';
import type { HeldBatch } from './held-batch.ts';
import type { HostJudge } from './host-judge.ts';
import type { RangeLate } from './range-late.ts';
import type { RangeRejects } from './range-rejects.ts';
import type { RecordFeed } from './record-feed.ts';
import type { Tally } from './tally.ts';

export interface ScanTools {
  readonly kernel: Kernel;
  readonly judge: HostJudge;
  readonly batches: BatchPool;
  readonly tally: Tally;
  readonly strays: Strays;
  readonly rejects: RangeRejects;
  /** Null when no stray is kept. */
  readonly late: RangeLate | null;
  /** At most BATCH_ROWS. */
  readonly batchRows: number;
  /** Waits for input that is on its way, and looks after other work meanwhile. */
  readonly during: <T>(pending: Promise<T>) => Promise<T>;
}

/**
 * Scans one range: records to batches, in the order of its records. Every record ends in one count of the tally, but for
 * the candidates, which are counted once they are decided.
 */
export class RangeScanner {
  readonly #tools: ScanTools;
  readonly #range: number;
  readonly #split: number;
  #batch = 0;
  #batches = 0;
  #batchRecords = 0;
  /** Records of the range so far. */
  records = 0;

  constructor(tools: ScanTools, range: number, split: number) {
    this.#tools = tools;
    this.#range = range;
    this.#split = split;
  }

  /** Yields each batch when it is full; the last may have no candidates. */
  async *scan(feed: RecordFeed): AsyncGenerator<HeldBatch> {
    this.#openBatch();
    for (;;) {
      if (this.#batchRecords + BLOCK_ROWS > this.#tools.batchRows) {
        yield this.#closeBatch();
        this.#openBatch();
      }
      const more = feed.nextBlock();
      if (more === false) break;
      if (more === true) this.#endBlock(feed);
      else await this.#tools.during(more);
    }
    yield this.#closeBatch();
  }

  /** Rejects a record that is in no block, as the next one of the range. */
  takeOverlong(record: RecordBytes): void {
    const { judge, tally, rejects } = this.#tools;
    const judgement = judge.judge(record);
    tally.add(this.#split, 'read', 1);
    tally.add(this.#split, 'rejected', 1);
    if (judgement.kind === 'rejected') rejects.add(this.#range, this.records, record, judgement.reject);
    this.records += 1;
  }

  #openBatch(): void {
    this.#batch = this.#tools.batches.take();
    this.#batchRecords = 0;
    this.#tools.kernel.exports.openBatch(this.#batch);
  }

  #closeBatch(): HeldBatch {
    const { kernel } = this.#tools;
    const candidates = kernel.words[kernel.exports.candidatesAt(this.#batch) / 4] ?? 0;
    return { at: this.#batch, range: this.#range, number: this.#batches++, split: this.#split, candidates };
  }

  #endBlock(feed: RecordFeed): void {
    const { kernel, tally } = this.#tools;
    const rows = kernel.exports.rowsOfBlock();
    tally.add(this.#split, 'read', rows);
    if (kernel.exports.flaggedRows() !== 0) this.#judgeFlagged(rows, feed);
    kernel.exports.endBlock();
    this.#batchRecords += rows;
    this.records += rows;
  }

  #judgeFlagged(rows: number, feed: RecordFeed): void {
    const { kernel, tally } = this.#tools;
    const flags = kernel.exports.flagsAt();
    for (let row = 0; row < rows; row++) {
      const flag = kernel.bytes[flags + row] ?? 0;
      if (flag & FLAG.punt) this.#judgePunted(row, feed);
      else if (flag & FLAG.stray) {
        this.#takeStray(row, Number(kernel.view.getBigInt64(kernel.exports.strayTimeAt() + 8 * row, true)), feed);
      } else if (flag & FLAG.filtered) tally.add(this.#split, 'filtered', 1);
    }
  }

  #takeStray(row: number, timeMs: number, feed: RecordFeed): void {
    const { tally, strays, late } = this.#tools;
    tally.add(this.#split, 'stray', 1);
    strays.add(timeMs);
    if (!late?.mayBeLate(timeMs)) return;
    late.add(this.#split, this.#range, this.records + row, timeMs, feed.recordAt(row));
  }

  #judgePunted(row: number, feed: RecordFeed): void {
    const { kernel, judge, tally } = this.#tools;
    const record = feed.recordAt(row);
    const judgement = judge.judge(record);
    switch (judgement.kind) {
      case 'rejected':
        this.#tools.rejects.add(this.#range, this.records + row, record, judgement.reject);
        tally.add(this.#split, 'rejected', 1);
        break;
      case 'stray':
        this.#takeStray(row, judgement.timeMs, feed);
        break;
      case 'filtered':
        tally.add(this.#split, 'filtered', 1);
        break;
      case 'candidate':
        judge.fill(judgement, this.#batch, this.#batchRecords + row, row);
    }
    if (judgement.kind !== 'candidate') kernel.bytes[kernel.exports.flagsAt() + row] = FLAG.punt;
  }
}
