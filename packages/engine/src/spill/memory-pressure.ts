import type { Kernel } from '@hourmill/kernel';
import type { WorkerSetup } from '../worker/setup.ts';

const MIB = 1024 * 1024;
/** To sort groups for the disk takes a key and a place each, twice; dictionaries take as much again. */
const SORT_SHARE = 1.2;
/** Of the table of keys, by key that is expected. */
const KEY_BYTES = 20;
/** For text, batches and frames on their way. */
const WORK_BYTES = 4 * MIB;
const WORK_SHARE = 0.1;
/** Of the kernel's memory: groups may always grow to so much before the keys get the rest. */
const GROUP_SHARE = 0.3;
/** Fewer groups are not worth a run on disk. */
const LEAST_SHARE = 0.08;
/** A partition's keys may take so much. */
const PARTITION_SHARE = 0.4;
/** The keys of records are copied in memory if they take no more. */
const PIECE_OF_MEMORY = 0.25;
/** All that the merge in memory takes of each worker: its rows twice more, all workers' dictionaries twice. */
const MERGE_COPIES = 2;

/** When a worker's memory is short: what must go to disk, so that the rest always has room. */
export class MemoryPressure {
  readonly #kernel: Kernel;
  readonly #setup: WorkerSetup;

  constructor(kernel: Kernel, setup: WorkerSetup) {
    this.#kernel = kernel;
    this.#setup = setup;
  }

  /** The groups and their dictionaries should be put on disk. */
  get groupsAreMany(): boolean {
    const { maxGroups } = this.#setup.tuning;
    if (this.#kernel.exports.groupCount() > maxGroups) return true;
    const isWorthIt = this.#groupsBytes > LEAST_SHARE * this.#setup.kernelBytes;
    return isWorthIt && this.#kernel.exports.bytesFree() < this.#reserveBytes;
  }

  /** The table of keys may grow to take so many more. */
  keysFit(rows: number): boolean {
    const { exports } = this.#kernel;
    if (exports.decideKeys() + rows > this.#setup.tuning.maxKeys) return false;
    const reserve = Math.max(this.#reserveBytes, GROUP_SHARE * this.#setup.kernelBytes);
    return exports.decideFits(rows, reserve) !== 0;
  }

  /** For how many keys a table may be made from the start. */
  get mostKeysAtFirst(): number {
    const room = this.#kernel.exports.bytesFree() - GROUP_SHARE * this.#setup.kernelBytes - this.#workBytes;
    return Math.max(0, room / KEY_BYTES);
  }

  /** All keys may be copied to shared memory before the table is given back. */
  dumpFits(bytes: number): boolean {
    const reserve = Math.max(this.#reserveBytes, GROUP_SHARE * this.#setup.kernelBytes);
    return bytes <= PIECE_OF_MEMORY * this.#setup.kernelBytes && this.#kernel.exports.bytesFree() - bytes > reserve;
  }

  /** One more batch may be held. */
  get batchesFit(): boolean {
    return this.#kernel.exports.bytesFree() > Math.max(this.#reserveBytes, 0.5 * this.#setup.kernelBytes);
  }

  /** What the keys of a partition may take. */
  get partitionBytes(): number {
    return Math.min(PARTITION_SHARE * this.#setup.kernelBytes, KEY_BYTES * this.#setup.tuning.maxKeys);
  }

  get #groupsBytes(): number {
    return this.#kernel.exports.groupBytes() + this.#kernel.exports.dictionaryBytes();
  }

  get #workBytes(): number {
    return WORK_BYTES + WORK_SHARE * this.#setup.kernelBytes;
  }

  get #reserveBytes(): number {
    return this.#workBytes + SORT_SHARE * this.#groupsBytes;
  }

  /** Whether the groups of all workers can be merged in memory, when the keys are gone. */
  mergeFits(allDictionaryBytes: number): boolean {
    const { exports } = this.#kernel;
    const wanted = MERGE_COPIES * (exports.groupBytes() + allDictionaryBytes) + this.#workBytes;
    return exports.bytesFree() > wanted;
  }
}
