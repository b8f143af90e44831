import type { SplitOpener } from '@hourmill/core';
import { Kernel } from '@hourmill/kernel';
import { type EncodedRowGroup, encodeRowGroup } from '@hourmill/parquet';
import { Board } from '../exchange/board.ts';
import { MergeWork } from '../merge/merge-work.ts';
import { RowGroupInput } from '../output/row-group-input.ts';
import { cutRanges } from '../plan/ranges.ts';
import { setUpKernel } from '../program/set-up-kernel.ts';
import { HostJudge, outOfMemory } from '../scan/host-judge.ts';
import { ScanWork } from '../scan/scan-work.ts';
import { countSpilled } from '../spill/count-spilled.ts';
import { EventSpill } from '../spill/event-spill.ts';
import { type GroupRun, GroupSpill } from '../spill/group-spill.ts';
import { KeyRangeMerge } from '../spill/key-range-merge.ts';
import { MemoryPressure } from '../spill/memory-pressure.ts';
import type { KeyRangeTask } from '../spill/plan-key-ranges.ts';
import type { PartitionTask } from '../spill/plan-partitions.ts';
import { type Resolved, ResolveWork } from '../spill/resolve-work.ts';
import { Pace } from './pace.ts';
import type { WorkerSetup } from './setup.ts';
import type { ChunkSlice, KeySample, Merged, Scanned, SharedDictionaries, SharedRun, Stage } from './stage.ts';

/** One worker of stage 1 on the thread that it was made on: a kernel with its own memory, and the steps in their order. */
export class LocalStage implements Stage, Disposable {
  readonly #setup: WorkerSetup;
  readonly #kernel: Kernel;
  readonly #scan: ScanWork;
  readonly #merge: MergeWork;
  readonly #events: EventSpill;
  readonly #groups: GroupSpill;
  readonly #resolve: ResolveWork;
  readonly #keyRanges: KeyRangeMerge;
  #rowGroups: RowGroupInput | undefined;

  constructor(setup: WorkerSetup, opener: SplitOpener, signal: AbortSignal) {
    const { program, limits } = setup.options;
    const { chunk } = setup.plan;
    this.#setup = setup;
    let judge: HostJudge | undefined;
    this.#kernel = new Kernel(setup.module, (kernel) => ({
      outOfMemory: (wantedBytes) => outOfMemory(wantedBytes, setup.kernelBytes),
      parseDouble: (at, length) => Number(Buffer.from(kernel.bytes.buffer, at, length).toString('latin1')),
      listCode: (dimension, kind, at, length) => judge?.listCode(dimension, kind, at, length) ?? -1,
    }));
    this.#kernel.exports.setBudget(setup.kernelBytes);
    const fields = setUpKernel(this.#kernel, program, chunk, limits.maxRecordBytes);
    judge = new HostJudge(this.#kernel, program, fields, chunk);
    const board = new Board(setup.workers, setup.ranges, setup.board);
    const pace = new Pace(board, setup.me === 0);
    const count = countSpilled(setup, board);
    const pressure = new MemoryPressure(this.#kernel, setup);
    this.#events = new EventSpill(this.#kernel, setup.workers, count);
    this.#groups = new GroupSpill(this.#kernel, program, chunk, pace, count);
    const ranges = cutRanges(setup.plan.splits, setup.tuning.rangeBytes, program.deduplicate?.keep === 'last');
    const shared = { setup, kernel: this.#kernel, ranges, pace, pressure, groups: this.#groups };
    this.#scan = new ScanWork({ ...shared, judge, board, opener, signal, events: this.#events });
    this.#merge = new MergeWork(this.#kernel, setup, pace);
    this.#resolve = new ResolveWork(shared);
    this.#keyRanges = new KeyRangeMerge(this.#kernel, setup, pace, this.#merge);
  }

  scan(): Promise<Scanned> {
    return this.#scan.run();
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

  resolve(task: PartitionTask): Promise<Resolved> {
    return this.#resolve.resolve(task);
  }

  async spillGroups(): Promise<readonly GroupRun[]> {
    this.#events[Symbol.dispose]();
    this.#resolve.release();
    await this.#groups.spill();
    this.#kernel.exports.releaseFrames();
    return this.#groups.runs;
  }

  mergeKeyRange(task: KeyRangeTask): Promise<Merged> {
    return this.#keyRanges.run(task);
  }

  /** Gives back what is on disk. */
  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
    this.#groups[Symbol.dispose]();
  }

  async encode(slices: readonly ChunkSlice[]): Promise<EncodedRowGroup> {
    const { program, compression } = this.#setup.options;
    this.#rowGroups ??= new RowGroupInput(this.#kernel, program, this.#setup.plan.chunk);
    const { columns, rows } = this.#rowGroups.fill(slices);
    return encodeRowGroup(this.#kernel, columns, rows, compression);
  }
}
