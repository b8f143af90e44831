import type { SplitOpener } from '@hourmill/core';
import { BATCH_ROWS, type Kernel } from '@hourmill/kernel';
import { Strays } from '@hourmill/record';
import type { Board } from '../exchange/board.ts';
import { type Decided, Exchange } from '../exchange/exchange.ts';
import type { OwnedKeys } from '../exchange/owned-keys.ts';
import { rowsOfBatch } from '../plan/budget.ts';
import type { Range } from '../plan/ranges.ts';
import type { KeyDumps } from '../sidecars/key-dumps.ts';
import type { EventSpill } from '../spill/event-spill.ts';
import type { GroupSpill } from '../spill/group-spill.ts';
import type { MemoryPressure } from '../spill/memory-pressure.ts';
import type { Pace } from '../worker/pace.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { Scanned, SplitGaps } from '../worker/stage.ts';
import { BatchPool } from './batch-pool.ts';
import type { HeldBatch } from './held-batch.ts';
import type { HostJudge } from './host-judge.ts';
import { RangeFeeds } from './range-feeds.ts';
import { RangeLate } from './range-late.ts';
import { RangeRejects } from './range-rejects.ts';
import { RangeScanner, type ScanTools } from './range-scanner.ts';
import { Tally } from './tally.ts';

/** Batches that a worker may always hold, or its splits could never end. */
const MIN_HELD = 12;
/** To wait for the end of such a range, as stored, is no loss of time. */
const SHORT_RANGE_BYTES = 8 * 1024 * 1024;

export interface ScanWorkParts {
  readonly setup: WorkerSetup;
  readonly kernel: Kernel;
  readonly judge: HostJudge;
  readonly board: Board;
  readonly ranges: readonly Range[];
  readonly pace: Pace;
  readonly opener: SplitOpener;
  readonly signal: AbortSignal;
  readonly pressure: MemoryPressure;
  readonly keys: OwnedKeys;
  /** Null when nobody wants the keys afterwards. */
  readonly dumps: KeyDumps | null;
  readonly events: EventSpill;
  readonly groups: GroupSpill;
}

/**
 * Scan, decide, aggregate: one worker's share. It takes ranges in order as long as there are any; between batches it
 * decides the fingerprints that it owns and aggregates its own batches that are decided. What has no room in memory goes to
 * disk: keys, events and groups.
 */
export class ScanWork {
  readonly #parts: ScanWorkParts;
  readonly #reverse: boolean;
  readonly #keyed: boolean;
  readonly #tools: ScanTools;
  readonly #feeds: RangeFeeds;
  readonly #exchange: Exchange;
  readonly #selection: number;
  /** Of the range at hand, when its last batch comes first. */
  readonly #behind: HeldBatch[] = [];
  readonly #gaps: SplitGaps[] = [];
  #rangesDone = 0;

  constructor(parts: ScanWorkParts) {
    const { setup, kernel, judge, board } = parts;
    const { program, limits } = setup.options;
    this.#parts = parts;
    this.#reverse = program.deduplicate?.keep === 'last';
    this.#keyed = program.deduplicate !== null;
    this.#tools = {
      kernel,
      judge,
      batches: new BatchPool(kernel),
      tally: new Tally(setup.plan.splits.length),
      strays: new Strays(setup.plan.chunk),
      rejects: new RangeRejects(limits.maxRejectedBytes),
      late: setup.maxLateBytes === null ? null : new RangeLate(setup.plan, setup.maxLateBytes),
      batchRows: rowsOfBatch(setup.kernelBytes, setup.tuning.batchRows),
      during: (pending) => parts.pace.during(pending, () => this.#advanceIfKeyed()),
    };
    this.#feeds = new RangeFeeds(parts, limits.maxRecordBytes);
    this.#exchange = new Exchange({ kernel, board, me: setup.me, keys: parts.keys });
    this.#selection = kernel.exports.allocate(4 * BATCH_ROWS);
  }

  async run(): Promise<Scanned> {
    const { board, setup, kernel } = this.#parts;
    for (let range = board.takeRange(setup.me); range !== null; range = board.takeRange(setup.me)) {
      await this.#scanRange(range);
    }
    if (this.#keyed) await this.#finishDecisions();
    this.#report();
    const { tally, strays, rejects, late, batches } = this.#tools;
    const { events, groups, pressure, dumps } = this.#parts;
    const spilledEvents = events.spilled;
    dumps?.add(kernel, pressure);
    kernel.exports.decideRelease();
    kernel.exports.release(this.#selection, 4 * BATCH_ROWS);
    batches.release();
    const isTooMuch = pressure.groupsAreMany || !pressure.mergeFits(board.progress('dictionaryBytes'));
    return {
      counts: tally.counts,
      strays: strays.data(),
      rejects: rejects.rejects,
      late: late?.records ?? [],
      gaps: this.#gaps,
      spilledEvents,
      spillsGroups: groups.hasSpilled || isTooMuch,
    };
  }

  async #scanRange(index: number): Promise<void> {
    const range = this.#parts.ranges[index];
    if (range === undefined) return;
    const scanner = new RangeScanner(this.#tools, index, range.split);
    const feed = await this.#feeds.open(range, (record) => scanner.takeOverlong(record));
    try {
      for await (const batch of scanner.scan(feed)) {
        if (!this.#keyed) this.#aggregate({ batch, isDeferred: false });
        else if (this.#reverse && !this.#parts.board.allRetired) this.#behind.push(this.#routed(batch));
        else this.#exchange.offer(this.#routed(batch));
        this.#report();
        await this.#step();
      }
      if (feed.gaps !== null) this.#gaps.push({ split: range.split, gaps: feed.gaps });
    } finally {
      await feed.close();
    }
    this.#offerBehind();
    if (this.#keyed) this.#exchange.end(index);
    this.#parts.board.setRecords(index, scanner.records);
    this.#rangesDone += 1;
    await this.#step();
  }

  /** The last position of a range comes first when the last duplicate is kept. */
  #offerBehind(): void {
    for (const batch of this.#behind.splice(0).reverse()) this.#exchange.offer(batch);
  }

  /** Whatever can go on besides scanning; waits while too much is held, and puts on disk what has no room. */
  async #step(): Promise<void> {
    const { board, pace, pressure, groups, kernel } = this.#parts;
    await pace.turn();
    for (;;) {
      const { news } = board;
      if (this.#keyed) this.#advance();
      const groupsAreMany = pressure.groupsAreMany;
      // Codes of batches that are not decided would lose their meaning.
      if (groupsAreMany && this.#undecided === 0) await groups.spill(kernel);
      else if (this.#hasRoom() && !groupsAreMany) return;
      if (this.#undecided === 0) return;
      if (this.#isLongWait()) this.#giveUpDeciding();
      if (!board.allRetired) await pace.wait(news);
    }
  }

  /** Batches that are neither aggregated nor on disk. */
  get #undecided(): number {
    return this.#exchange.held + this.#behind.length;
  }

  /** Until its batches are decided: they lie behind a whole compressed split, or in one and its last comes first. */
  #isLongWait(): boolean {
    if (this.#behind.length > 0) return true;
    const turn = this.#parts.ranges[this.#exchange.turn];
    const isMine = turn !== undefined && this.#parts.board.isTakenBy(this.#exchange.turn, this.#parts.setup.me);
    return turn !== undefined && !isMine && turn.to - turn.from > SHORT_RANGE_BYTES;
  }

  /** From here on all rows are decided at the end, partition by partition. */
  #giveUpDeciding(): void {
    this.#parts.board.wantRetirement();
    if (this.#parts.board.allRetired) this.#offerBehind();
  }

  async #finishDecisions(): Promise<void> {
    const { board, pace } = this.#parts;
    for (;;) {
      const { news } = board;
      this.#advance();
      if (this.#exchange.isDone) break;
      await pace.wait(news);
    }
    this.#exchange.leave();
  }

  #advanceIfKeyed(): void {
    if (this.#keyed) this.#advance();
  }

  #advance(): void {
    for (const decided of this.#exchange.advance()) this.#aggregate(decided);
  }

  #hasRoom(): boolean {
    const { batches } = this.#tools;
    return batches.inUse <= MIN_HELD || batches.hasFree || this.#parts.pressure.batchesFit;
  }

  #routed(batch: HeldBatch): HeldBatch {
    this.#parts.kernel.exports.routeBatch(batch.at, this.#parts.setup.workers, this.#reverse ? 1 : 0);
    return batch;
  }

  #aggregate({ batch, isDeferred }: Decided): void {
    const { kernel, setup, events } = this.#parts;
    const kept = kernel.exports.selectKept(batch.at, setup.workers, this.#selection);
    kernel.exports.aggregate(batch.at, this.#selection, kept);
    const deferred = isDeferred ? events.addEvents(kernel, batch) : 0;
    this.#tools.tally.add(batch.split, 'kept', kept);
    this.#tools.tally.add(batch.split, 'duplicate', batch.candidates - kept - deferred);
    this.#tools.batches.giveBack(batch.at);
  }

  #report(): void {
    const { board, setup, kernel } = this.#parts;
    board.report(setup.me, {
      events: this.#tools.tally.total('read'),
      bytes: this.#feeds.bytes,
      scannedBytes: this.#feeds.scannedBytes,
      ranges: this.#rangesDone,
      memoryBytes: kernel.exports.bytesResident(),
      keyBytes: kernel.exports.decideBytes(),
      groupBytes: kernel.exports.groupBytes(),
      dictionaryBytes: kernel.exports.dictionaryBytes(),
    });
  }
}
