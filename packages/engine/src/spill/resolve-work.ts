import { BATCH_ROWS, type Kernel } from '@hourmill/kernel';
import type { Range } from '../plan/ranges.ts';
import { Tally } from '../scan/tally.ts';
import type { KeyDumps } from '../sidecars/key-dumps.ts';
import type { Pace } from '../worker/pace.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import { keysIn, partitionsOf } from './event-spill.ts';
import { FrameMemory } from './frame-memory.ts';
import type { GroupSpill } from './group-spill.ts';
import type { MemoryPressure } from './memory-pressure.ts';
import type { PartitionTask } from './plan-partitions.ts';

/** Bytes of the table of keys for each key that it may get. */
const KEY_BYTES = 20;
/** Keys that are read at once. */
const KEYS_BYTES = 16 * 65_536;

/** Where the events of a partition ended. */
export interface Resolved {
  /** See Tally: kept and duplicate. */
  readonly counts: Float64Array;
}

export interface ResolveWorkParts {
  readonly setup: WorkerSetup;
  readonly kernel: Kernel;
  readonly ranges: readonly Range[];
  readonly pace: Pace;
  readonly pressure: MemoryPressure;
  readonly groups: GroupSpill;
  /** Null when nobody wants the keys afterwards. */
  readonly dumps: KeyDumps | null;
}

/**
 * Decides the events of a partition that were put on disk, in their order, and aggregates those that are kept. A partition whose keys
 * do not fit into memory is read several times, for a section of its keys each.
 */
export class ResolveWork {
  readonly #parts: ResolveWorkParts;
  readonly #memory: FrameMemory;
  readonly #partitions: number;

  constructor(parts: ResolveWorkParts) {
    this.#parts = parts;
    this.#memory = new FrameMemory(parts.kernel);
    this.#partitions = partitionsOf(parts.setup.workers);
  }

  async resolve(task: PartitionTask): Promise<Resolved> {
    const { setup, kernel, pressure, groups, dumps } = this.#parts;
    const tally = new Tally(setup.plan.splits.length);
    const before = task.keys.reduce((sum, block) => sum + keysIn(block), 0);
    if (task.frames.length === 0 && dumps === null) return { counts: tally.counts };
    const most = before + task.frames.reduce((sum, { rows }) => sum + rows, 0);
    if (pressure.groupsAreMany) await groups.spill(kernel);
    const sections = Math.max(1, Math.ceil((most * KEY_BYTES) / pressure.partitionBytes));
    for (let section = 0; section < sections; section++) {
      kernel.exports.decideSetup(most / sections);
      await this.#resolveSection(task, sections, section, tally);
      dumps?.add(kernel, null);
      kernel.exports.decideRelease();
    }
    return { counts: tally.counts };
  }

  async #resolveSection(task: PartitionTask, sections: number, section: number, tally: Tally): Promise<void> {
    const { ranges, kernel, pace, pressure, groups } = this.#parts;
    const { exports } = kernel;
    for (const { file, at, bytes, isKnown } of task.keys) {
      for (let from = 0; from < bytes; from += KEYS_BYTES) {
        const some = Math.min(KEYS_BYTES, bytes - from);
        const keys = this.#memory.read(file, at + from, some);
        exports.addKeys(keys, keysIn({ bytes: some }), this.#partitions, sections, section, isKnown ? 1 : 0);
        await pace.turn();
      }
    }
    const batch = exports.allocate(exports.batchBytes());
    const selection = exports.allocate(4 * BATCH_ROWS);
    for (const { file, at, bytes, range, rows } of task.frames) {
      const frame = this.#memory.read(file, at, bytes);
      const fingerprints = exports.frameFingerprint(frame);
      const kept = exports.decideEvents(fingerprints, rows, this.#partitions, sections, section, selection);
      const split = ranges[range]?.split ?? 0;
      tally.add(split, 'kept', kept);
      tally.add(split, 'duplicate', exports.eventsConsidered() - kept);
      if (kept > 0) {
        exports.readEvents(frame, batch);
        exports.aggregate(batch, selection, kept);
      }
      await pace.turn();
      if (pressure.groupsAreMany) await groups.spill(kernel);
    }
    exports.release(selection, 4 * BATCH_ROWS);
    exports.release(batch, exports.batchBytes());
  }
}
