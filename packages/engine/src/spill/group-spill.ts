import type { TimeChunk } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { Program } from '@hourmill/pipeline';
import { emptyGroups } from '../program/set-up-kernel.ts';
import type { Pace } from '../worker/pace.ts';
import { type GroupKey, keyOfRow } from './group-key.ts';
import { type CountSpilled, SpillFile, type SpillHandle } from './spill-file.ts';

/** At most so many groups a frame: what is read at once, and the least that key ranges can be cut by. */
const FRAME_ROWS = 8192;

export interface GroupFrame {
  readonly at: number;
  readonly bytes: number;
  readonly rows: number;
  readonly first: GroupKey;
}

/** Groups that a worker put on disk together: frames in the order of their keys, which are distinct. Plain data. */
export interface GroupRun {
  readonly file: SpillHandle;
  readonly frames: readonly GroupFrame[];
}

/** Puts a worker's groups on disk as sorted runs, so that it can go on with none. */
export class GroupSpill implements Disposable {
  readonly #program: Program;
  readonly #chunk: TimeChunk;
  readonly #pace: Pace;
  readonly #count: CountSpilled;
  readonly runs: GroupRun[] = [];
  #file: SpillFile | null = null;

  constructor(program: Program, chunk: TimeChunk, pace: Pace, count: CountSpilled) {
    this.#program = program;
    this.#chunk = chunk;
    this.#pace = pace;
    this.#count = count;
  }

  get hasSpilled(): boolean {
    return this.#file !== null;
  }

  /** Writes all groups of a kernel as a run and forgets them and all dictionaries: no code may be in use. */
  async spill(kernel: Kernel): Promise<void> {
    const { exports } = kernel;
    const groups = exports.groupCount();
    if (groups > 0) await this.#writeRun(kernel, groups);
    emptyGroups(kernel, this.#program, this.#chunk);
  }

  async #writeRun(kernel: Kernel, groups: number): Promise<void> {
    const { exports } = kernel;
    for (const dimension of this.#program.dimensions.keys()) {
      exports.sealDictionary(dimension);
      exports.rankOwnValues(dimension);
      await this.#pace.turn();
    }
    exports.keyGroups();
    this.#file ??= new SpillFile(this.#count);
    const frames: GroupFrame[] = [];
    for (let from = 0; from < groups; from += FRAME_ROWS) {
      frames.push(this.#writeFrame(kernel, this.#file, from, Math.min(groups, from + FRAME_ROWS)));
      await this.#pace.turn();
    }
    this.runs.push({ file: this.#file.handle, frames });
    exports.releaseKeyedGroups();
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
    this.#file = null;
  }

  #writeFrame(kernel: Kernel, file: SpillFile, from: number, to: number): GroupFrame {
    const { exports } = kernel;
    exports.writeGroupsFrame(from, to);
    const frame = exports.frameBuffer();
    const bytes = exports.frameBufferBytes();
    const at = file.append(kernel.bytes.subarray(frame, frame + bytes));
    return { at, bytes, rows: to - from, first: keyOfRow(kernel, frame, 0, this.#program.dimensions.length) };
  }
}
