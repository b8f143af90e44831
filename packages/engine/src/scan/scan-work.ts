import type { SplitOpener } from '@hourmill/core';
import { BATCH_ROWS, type Kernel } from '@hourmill/kernel';
import { Strays } from '@hourmill/record';
import type { Board } from '../exchange/board.ts';
import { Exchange } from '../exchange/exchange.ts';
import { cutRanges, type Range } from '../plan/ranges.ts';
import type { Pace } from '../worker/pace.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { Scanned } from '../worker/stage.ts';
import { BatchPool } from './batch-pool.ts';
import { expectedKeys } from './expected-keys.ts';
import type { HeldBatch } from './held-batch.ts';
import type { HostJudge } from './host-judge.ts';
import { RangeRejects } from './range-rejects.ts';
import { RangeScanner, type ScanTools } from './range-scanner.ts';
import { RangeTexts } from './range-texts.ts';
import { Tally } from './tally.ts';

/** So much of a kernel's memory stays free for tables that grow; what is left may hold batches that wait for their turn. */
const TABLE_SHARE = 0.5;
/** Batches that a worker may always hold, or its splits could never end. */
const MIN_HELD = 12;

export interface ScanWorkParts {
  readonly setup: WorkerSetup;
  readonly kernel: Kernel;
  readonly judge: HostJudge;
  readonly board: Board;
  readonly pace: Pace;
  readonly opener: SplitOpener;
  readonly signal: AbortSignal;
}

/**
 * Scan, decide, aggregate: one worker's share. It takes ranges in order as long as there are any; between batches it
 * decides the fingerprints that it owns and aggregates its own batches that are decided.
 */
export class ScanWork {
  readonly #parts: ScanWorkParts;
  readonly #ranges: readonly Range[];
  readonly #reverse: boolean;
  readonly #keyed: boolean;
  readonly #tools: ScanTools;
  readonly #texts: RangeTexts;
  readonly #exchange: Exchange;
  readonly #selection: number;
  #rangesDone = 0;

  constructor(parts: ScanWorkParts) {
    const { setup, kernel, judge, board } = parts;
    const { program, limits } = setup.options;
    this.#parts = parts;
    this.#reverse = program.deduplicate?.keep === 'last';
    this.#keyed = program.deduplicate !== null;
    this.#ranges = cutRanges(setup.plan.splits, setup.tuning.rangeBytes, this.#reverse);
    this.#tools = {
      kernel,
      judge,
      batches: new BatchPool(kernel),
      tally: new Tally(setup.plan.splits.length),
      strays: new Strays(setup.plan.chunk),
      rejects: new RangeRejects(limits.maxRejectedBytes),
      maxRecordBytes: limits.maxRecordBytes,
      batchRows: setup.tuning.batchRows,
      during: (pending) => parts.pace.during(pending, () => this.#advanceIfKeyed()),
    };
    this.#texts = new RangeTexts(parts, limits.maxRecordBytes);
    this.#exchange = new Exchange(kernel, board, setup.me, () => expectedKeys(setup, board));
    this.#selection = kernel.exports.allocate(4 * BATCH_ROWS);
  }

  async run(): Promise<Scanned> {
    const { board, setup, kernel } = this.#parts;
    for (let range = board.takeRange(setup.me); range !== null; range = board.takeRange(setup.me)) {
      await this.#scanRange(range);
    }
    if (this.#keyed) await this.#finishDecisions();
    this.#report();
    const { tally, strays, rejects, batches } = this.#tools;
    const keys = this.#keyed ? kernel.exports.decideKeys() : 0;
    kernel.exports.decideRelease();
    kernel.exports.release(this.#selection, 4 * BATCH_ROWS);
    batches.release();
    return {
      counts: tally.counts,
      strays: strays.data(),
      rejects: rejects.rejects,
      keys,
      groups: kernel.exports.groupCount(),
    };
  }

  async #scanRange(index: number): Promise<void> {
    const range = this.#ranges[index];
    if (range === undefined) return;
    const scanner = new RangeScanner(this.#tools, index, range.split);
    const text = await this.#texts.open(range);
    const behind: HeldBatch[] = [];
    try {
      for await (const batch of scanner.scan(text)) {
        if (!this.#keyed) this.#aggregate(batch);
        else if (this.#reverse) behind.push(this.#routed(batch));
        else this.#exchange.offer(this.#routed(batch));
        this.#report();
        await this.#step();
      }
    } finally {
      await text.close();
    }
    // The last position of a range comes first when the last duplicate is kept.
    for (const batch of behind.reverse()) this.#exchange.offer(batch);
    if (this.#keyed) this.#exchange.end(index);
    this.#parts.board.setRecords(index, scanner.records);
    this.#rangesDone += 1;
    await this.#step();
  }

  /** Whatever can go on besides scanning; waits while too many batches are held. */
  async #step(): Promise<void> {
    const { board, pace } = this.#parts;
    await pace.turn();
    if (!this.#keyed) return;
    for (;;) {
      const { news } = board;
      this.#advance();
      if (this.#hasRoom()) return;
      await pace.wait(news);
    }
  }

  async #finishDecisions(): Promise<void> {
    const { board, pace } = this.#parts;
    for (;;) {
      const { news } = board;
      this.#advance();
      if (this.#exchange.isDone) return;
      await pace.wait(news);
    }
  }

  #advanceIfKeyed(): void {
    if (this.#keyed) this.#advance();
  }

  #advance(): void {
    for (const batch of this.#exchange.advance()) this.#aggregate(batch);
  }

  /** A range that is scanned in front of its turn holds its batches, and for `keep: last` all of its own. */
  #hasRoom(): boolean {
    const { kernel, setup } = this.#parts;
    const { batches } = this.#tools;
    if (batches.inUse <= MIN_HELD || batches.hasFree) return true;
    return kernel.exports.bytesLeft() > TABLE_SHARE * setup.kernelBytes;
  }

  #routed(batch: HeldBatch): HeldBatch {
    this.#parts.kernel.exports.routeBatch(batch.at, this.#parts.setup.workers, this.#reverse ? 1 : 0);
    return batch;
  }

  #aggregate(batch: HeldBatch): void {
    const { kernel, setup } = this.#parts;
    const kept = kernel.exports.selectKept(batch.at, setup.workers, this.#selection);
    kernel.exports.aggregate(batch.at, this.#selection, kept);
    this.#tools.tally.add(batch.split, 'kept', kept);
    this.#tools.tally.add(batch.split, 'duplicate', batch.candidates - kept);
    this.#tools.batches.giveBack(batch.at);
  }

  #report(): void {
    const { board, setup, kernel } = this.#parts;
    board.report(setup.me, {
      events: this.#tools.tally.total('read'),
      bytes: this.#texts.bytes,
      scannedBytes: this.#texts.scannedBytes,
      ranges: this.#rangesDone,
      memoryBytes: kernel.exports.bytesResident(),
      keyBytes: kernel.exports.decideBytes(),
      groupBytes: kernel.exports.groupBytes(),
      dictionaryBytes: kernel.exports.dictionaryBytes(),
    });
  }
}
