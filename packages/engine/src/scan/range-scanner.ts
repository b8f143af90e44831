import { BLOCK_ROWS, FLAG, type Kernel } from '@hourmill/kernel';
import type { RecordBytes, Strays } from '@hourmill/record';
import type { TextStream } from '../read/text-stream.ts';
import type { BatchPool } from './batch-pool.ts';
import type { HeldBatch } from './held-batch.ts';
import type { HostJudge } from './host-judge.ts';
import { OverlongRecord, TRUNCATED_BYTES } from './overlong-record.ts';
import type { RangeRejects } from './range-rejects.ts';
import type { Tally } from './tally.ts';

const LF = 0x0a;
const CR = 0x0d;

export interface ScanTools {
  readonly kernel: Kernel;
  readonly judge: HostJudge;
  readonly batches: BatchPool;
  readonly tally: Tally;
  readonly strays: Strays;
  readonly rejects: RangeRejects;
  readonly maxRecordBytes: number;
  /** At most BATCH_ROWS. */
  readonly batchRows: number;
  /** Waits for text that is on its way, and looks after other work meanwhile. */
  readonly during: <T>(pending: Promise<T>) => Promise<T>;
}

/**
 * Scans one range: text to batches, in the order of its records. Every record ends in one count of the tally, but for
 * the candidates, which are counted once they are decided.
 */
export class RangeScanner {
  readonly #tools: ScanTools;
  readonly #range: number;
  readonly #split: number;
  #batch = 0;
  #batches = 0;
  #batchRecords = 0;
  #overlong: OverlongRecord | null = null;
  /** Records of the range so far. */
  records = 0;

  constructor(tools: ScanTools, range: number, split: number) {
    this.#tools = tools;
    this.#range = range;
    this.#split = split;
  }

  /** Yields each batch when it is full; the last may have no candidates. */
  async *scan(text: TextStream): AsyncGenerator<HeldBatch> {
    const { kernel } = this.#tools;
    this.#openBatch();
    let unread = 0;
    for (;;) {
      const opened = text.next(unread);
      const window = opened instanceof Promise ? await this.#tools.during(opened) : opened;
      const offsetOf = (address: number): number => text.offset + (address - window.start);
      unread = this.#overlong === null ? window.start : this.#endOverlong(window.start, window.end);
      for (;;) {
        if (this.#batchRecords + BLOCK_ROWS > this.#tools.batchRows) {
          yield this.#closeBatch();
          this.#openBatch();
        }
        const next = kernel.exports.readBlock(unread, window.end);
        if (next === unread) break;
        this.#endBlock(offsetOf);
        unread = next;
      }
      if (window.last) break;
      if (window.end - unread > this.#tools.maxRecordBytes + 2) {
        const beginning = kernel.bytes.subarray(unread, window.end);
        this.#overlong = new OverlongRecord(beginning, offsetOf(unread), this.#tools.maxRecordBytes);
        unread = window.end;
      }
    }
    yield this.#closeBatch();
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

  #endBlock(offsetOf: (address: number) => number): void {
    const { kernel, tally } = this.#tools;
    const rows = kernel.exports.rowsOfBlock();
    tally.add(this.#split, 'read', rows);
    if (kernel.exports.flaggedRows() !== 0) this.#judgeFlagged(rows, offsetOf);
    kernel.exports.endBlock();
    this.#batchRecords += rows;
    this.records += rows;
  }

  #judgeFlagged(rows: number, offsetOf: (address: number) => number): void {
    const { kernel, tally, strays } = this.#tools;
    const flags = kernel.exports.flagsAt();
    for (let row = 0; row < rows; row++) {
      const flag = kernel.bytes[flags + row] ?? 0;
      if (flag & FLAG.punt) this.#judgePunted(row, offsetOf);
      else if (flag & FLAG.stray) {
        tally.add(this.#split, 'stray', 1);
        strays.add(Number(kernel.view.getBigInt64(kernel.exports.strayTimeAt() + 8 * row, true)));
      } else if (flag & FLAG.filtered) tally.add(this.#split, 'filtered', 1);
    }
  }

  #judgePunted(row: number, offsetOf: (address: number) => number): void {
    const { kernel, judge, tally, strays } = this.#tools;
    const record = this.#recordAt(row, offsetOf);
    const judgement = judge.judge(record);
    switch (judgement.kind) {
      case 'rejected':
        this.#tools.rejects.add(this.#range, this.records + row, record, judgement.reject);
        tally.add(this.#split, 'rejected', 1);
        break;
      case 'stray':
        strays.add(judgement.timeMs);
        tally.add(this.#split, 'stray', 1);
        break;
      case 'filtered':
        tally.add(this.#split, 'filtered', 1);
        break;
      case 'candidate':
        judge.fill(judgement, this.#batch, this.#batchRecords + row, row);
    }
    if (judgement.kind !== 'candidate') kernel.bytes[kernel.exports.flagsAt() + row] = FLAG.punt;
  }

  /** The text of a row of the block, as the reference engine would see it. A view. */
  #recordAt(row: number, offsetOf: (address: number) => number): RecordBytes {
    const { kernel, maxRecordBytes } = this.#tools;
    const start = kernel.words[kernel.exports.rowStartAt() / 4 + row] ?? 0;
    const lineEnd = kernel.words[kernel.exports.rowEndAt() / 4 + row] ?? 0;
    const end = lineEnd > start && kernel.bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const length = end - start;
    const truncated = length > maxRecordBytes;
    const kept = truncated ? Math.min(TRUNCATED_BYTES, maxRecordBytes) : length;
    return {
      bytes: kernel.bytes.subarray(start, start + kept),
      length,
      truncated,
      byteOffset: offsetOf(start),
    };
  }

  /** Takes text up to the end of the overlong line; returns where the next line starts. */
  #endOverlong(start: number, end: number): number {
    const overlong = this.#overlong;
    if (overlong === null) return start;
    const text = this.#tools.kernel.bytes.subarray(start, end);
    const lineEnd = text.indexOf(LF);
    overlong.add(lineEnd === -1 ? text : text.subarray(0, lineEnd));
    if (lineEnd === -1) return end;
    this.#overlong = null;
    const record = overlong.end();
    if (record !== null) this.#rejectOverlong(record);
    return start + lineEnd + 1;
  }

  #rejectOverlong(record: RecordBytes): void {
    const { judge, tally, rejects } = this.#tools;
    const judgement = judge.judge(record);
    tally.add(this.#split, 'read', 1);
    tally.add(this.#split, 'rejected', 1);
    if (judgement.kind === 'rejected') rejects.add(this.#range, this.records, record, judgement.reject);
    this.records += 1;
  }
}
