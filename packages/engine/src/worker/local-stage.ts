import { invariant, type SplitOpener } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { type EncodedRowGroup, encodeRowGroup } from '@hourmill/parquet';
import { Board } from '../exchange/board.ts';
import { OwnedKeys } from '../exchange/owned-keys.ts';
import type { KnownPiece } from '../exchange/share-known-keys.ts';
import { MergeWork } from '../merge/merge-work.ts';
import { RowGroupInput } from '../output/row-group-input.ts';
import { cutRanges, type Range } from '../plan/ranges.ts';
import { ScanWork } from '../scan/scan-work.ts';
import { type KeyDump, KeyDumps } from '../sidecars/key-dumps.ts';
import type { EncodedSection, KeySections } from '../sidecars/key-sections.ts';
import { SectionEncoder } from '../sidecars/section-encoder.ts';
import { countSpilled } from '../spill/count-spilled.ts';
import { EventSpill } from '../spill/event-spill.ts';
import { type GroupRun, GroupSpill } from '../spill/group-spill.ts';
import { KeyRangeMerge } from '../spill/key-range-merge.ts';
import { MemoryPressure } from '../spill/memory-pressure.ts';
import type { KeyRangeTask } from '../spill/plan-key-ranges.ts';
import type { PartitionTask } from '../spill/plan-partitions.ts';
import { type Resolved, ResolveWork } from '../spill/resolve-work.ts';
import { collectGarbage } from './collect-garbage.ts';
import { openKernel } from './open-kernel.ts';
import { Pace } from './pace.ts';
import type { WorkerSetup } from './setup.ts';
import type { ChunkSlice, KeySample, Merged, Scanned, SharedDictionaries, SharedRun, Stage } from './stage.ts';

const COLLECTIONS = 3;

/** One worker of stage 1 on the thread that it was made on: a kernel with its own memory, and the steps in their order. */
export class LocalStage implements Stage, Disposable {
  readonly #setup: WorkerSetup;
  readonly #pace: Pace;
  readonly #events: EventSpill;
  readonly #groups: GroupSpill;
  /** Null when what it scanned is on disk: it holds on to the kernel. */
  #keys: OwnedKeys | null;
  /** Null without fingerprints. */
  readonly #dumps: KeyDumps | null;
  #kernel: Kernel;
  /** Null when what it scanned is on disk. */
  #scan: ScanWork | null;
  #merge: MergeWork;
  #resolve: ResolveWork | undefined;
  #keyRanges: KeyRangeMerge | undefined;
  #rowGroups: RowGroupInput | undefined;
  #sections: SectionEncoder | undefined;

  constructor(setup: WorkerSetup, opener: SplitOpener, signal: AbortSignal) {
    const { program } = setup.options;
    const { chunk } = setup.plan;
    const { kernel, judge } = openKernel(setup);
    const board = new Board(setup.workers, setup.ranges, setup.board);
    const pace = new Pace(board, setup.me === 0);
    const count = countSpilled(setup, board);
    this.#setup = setup;
    this.#pace = pace;
    this.#kernel = kernel;
    this.#groups = new GroupSpill(program, chunk, pace, count);
    this.#merge = new MergeWork(kernel, setup, pace);
    this.#events = new EventSpill(setup.workers, count);
    const pressure = new MemoryPressure(kernel, setup);
    this.#dumps = setup.sidecars.fingerprints && program.deduplicate !== null ? new KeyDumps(count) : null;
    const keys = new OwnedKeys({ setup, kernel, board, pressure, events: this.#events });
    this.#keys = keys;
    this.#scan = new ScanWork({
      setup,
      kernel,
      ranges: rangesOf(setup),
      pace,
      pressure,
      keys,
      dumps: this.#dumps,
      groups: this.#groups,
      events: this.#events,
      judge,
      board,
      opener,
      signal,
    });
  }

  async know({ buffer, bytes }: KnownPiece): Promise<void> {
    invariant(this.#keys !== null, 'keys are known before the scan');
    this.#keys.know(new Uint8Array(buffer, 0, bytes));
    await this.#pace.turn();
  }

  async scan(): Promise<Scanned> {
    invariant(this.#scan !== null, 'nothing is scanned once the groups are on disk');
    return this.#scan.run();
  }

  async shareKeys(): Promise<readonly KeyDump[]> {
    return this.#dumps?.dumps ?? [];
  }

  async takeKeys(sections: KeySections): Promise<void> {
    this.#sections = new SectionEncoder(this.#kernel, sections);
  }

  async encodeKeys(section: number): Promise<EncodedSection> {
    invariant(this.#sections !== undefined, 'keys are encoded once all are known');
    return this.#sections.encode(section);
  }

  async forgetKeys(): Promise<void> {
    this.#sections?.release();
    this.#sections = undefined;
    this.#dumps?.forget(this.#kernel);
  }

  seal(): Promise<SharedDictionaries> {
    return this.#merge.seal();
  }

  unite(all: readonly SharedDictionaries[]): Promise<KeySample> {
    return this.#merge.unite(all);
  }

  async share(cuts: BigUint64Array): Promise<readonly (SharedRun | null)[]> {
    return this.#merge.share(cuts);
  }

  merge(runs: readonly (SharedRun | null)[]): Promise<Merged> {
    return this.#merge.merge(runs);
  }

  async resolve(task: PartitionTask): Promise<Resolved> {
    this.#resolve ??= new ResolveWork({
      setup: this.#setup,
      kernel: this.#kernel,
      ranges: rangesOf(this.#setup),
      pace: this.#pace,
      pressure: new MemoryPressure(this.#kernel, this.#setup),
      groups: this.#groups,
      dumps: this.#dumps,
    });
    return this.#resolve.resolve(task);
  }

  async spillGroups(): Promise<readonly GroupRun[]> {
    await this.#groups.spill(this.#kernel);
    if (this.#resolve !== undefined) this.#events[Symbol.dispose]();
    this.#startAnew();
    return this.#groups.runs;
  }

  async mergeKeyRange(task: KeyRangeTask): Promise<Merged> {
    this.#keyRanges ??= new KeyRangeMerge(this.#kernel, this.#setup, this.#pace, this.#merge);
    return this.#keyRanges.run(task);
  }

  /** Gives back what is on disk. */
  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
    this.#groups[Symbol.dispose]();
    this.#dumps?.[Symbol.dispose]();
  }

  /** A new kernel: of the old one's memory much is in pieces that would fit nothing more, and all of it stays resident. */
  #startAnew(): void {
    this.#scan = null;
    this.#keys = null;
    this.#resolve = undefined;
    this.#kernel = openKernel(this.#setup).kernel;
    this.#kernel.exports.count(this.#dumps?.memoryBytes ?? 0);
    this.#merge = new MergeWork(this.#kernel, this.#setup, this.#pace);
    for (let i = 0; i < COLLECTIONS; i++) collectGarbage();
  }

  async encode(slices: readonly ChunkSlice[]): Promise<EncodedRowGroup> {
    const { program, compression } = this.#setup.options;
    this.#rowGroups ??= new RowGroupInput(this.#kernel, program, this.#setup.plan.chunk);
    const { columns, rows } = this.#rowGroups.fill(slices);
    return encodeRowGroup(this.#kernel, columns, rows, compression);
  }
}

function rangesOf({ plan, tuning, options }: WorkerSetup): readonly Range[] {
  return cutRanges(plan.splits, tuning.rangeBytes, options.program.deduplicate?.keep === 'last');
}
