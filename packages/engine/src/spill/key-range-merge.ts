import type { Kernel } from '@hourmill/kernel';
import type { MergeWork } from '../merge/merge-work.ts';
import { emptyGroups } from '../program/set-up-kernel.ts';
import type { Pace } from '../worker/pace.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { Merged } from '../worker/stage.ts';
import { FrameMemory } from './frame-memory.ts';
import { lowerBoundOf } from './group-key.ts';
import type { FrameSlice, KeyRangeTask } from './plan-key-ranges.ts';

/** Merges key ranges of runs on disk: the groups of a range become this worker's own, and these are finished by themselves. */
export class KeyRangeMerge {
  readonly #kernel: Kernel;
  readonly #setup: WorkerSetup;
  readonly #pace: Pace;
  readonly #merge: MergeWork;
  readonly #memory: FrameMemory;
  #batch = 0;

  constructor(kernel: Kernel, setup: WorkerSetup, pace: Pace, merge: MergeWork) {
    this.#kernel = kernel;
    this.#setup = setup;
    this.#pace = pace;
    this.#merge = merge;
    this.#memory = new FrameMemory(kernel);
  }

  /** The worker has no groups before and after. @throws HM_ENGINE_001, HM_ENGINE_002 */
  async run({ slices }: KeyRangeTask): Promise<Merged> {
    const { program } = this.#setup.options;
    this.#batch ||= this.#kernel.exports.allocate(this.#kernel.exports.batchBytes());
    for (const slice of slices) {
      this.#read(slice);
      await this.#pace.turn();
    }
    const merged = await this.#merge.mergeOwn();
    emptyGroups(this.#kernel, program, this.#setup.plan.chunk);
    return merged;
  }

  #read({ file, at, bytes, from, to }: FrameSlice): void {
    const dimensions = this.#setup.options.program.dimensions.length;
    const frame = this.#memory.read(file, at, bytes);
    const first = from === null ? 0 : lowerBoundOf(this.#kernel, frame, from, dimensions);
    const end = to === null ? this.#kernel.exports.frameRows(frame) : lowerBoundOf(this.#kernel, frame, to, dimensions);
    if (first < end) this.#kernel.exports.readGroups(frame, first, end, this.#batch);
  }
}
