import { BATCH_ROWS } from '@hourmill/kernel';

/** Batches of one worker that may be with the owners of their fingerprints at a time. */
export const SLOTS = 8;
const MAX_OWNERS = 64;

/** int32 places of the control block. */
const NEXT_RANGE = 0;
const NEWS = 1;
const STOPPED = 2;
const RETIREMENT_WANTED = 3;
const RETIRED = 4;
const CONTROL_INTS = 16;

/** float64 places of one worker's progress. */
const PROGRESS = {
  events: 0,
  bytes: 1,
  ranges: 2,
  memoryBytes: 3,
  keyBytes: 4,
  groupBytes: 5,
  dictionaryBytes: 6,
  scannedBytes: 7,
} as const;
const PROGRESS_FLOATS = 8;

/** int32 places of an owner that has retired. */
const OWNER_RANGE = 0;
const OWNER_BATCH = 1;
const OWNER_INTS = 2;

const SLOT_HEADER_INTS = 1 + MAX_OWNERS + 1;

/**
 * What the workers of a run share, in one SharedArrayBuffer:
 *
 *   control     int32[16]   next range to take, a counter of news to wait for, the stop flag, whether owners shall retire, and have
 *   ranges      int32[5][ranges]   worker + 1 that took it | sequence of its first batch | batches published | closed | records
 *   owners      int32[workers][2]   the first batch that an owner did not decide when it retired: range | batch in it
 *   progress    float64[workers][8]
 *   spilled     float64[workers]    bytes on disk
 *   slots       [workers][SLOTS]: answers int32 | ownerStart int32[65] | fingerprints 16 bytes[BATCH_ROWS] | keep u8[BATCH_ROWS]
 *
 * A slot belongs to the worker that scanned its batch. It fills the slot and publishes the batch; each owner reads the
 * fingerprints that are its own, writes their answers, and adds one to `answers`; with all answers there the slot is
 * the scanning worker's again. Every field has one writer at a time, and Atomics order the hand-overs.
 */
export class Board {
  readonly workers: number;
  readonly buffer: SharedArrayBuffer;
  readonly #control: Int32Array;
  readonly #rangeWorker: Int32Array;
  readonly #rangeFirst: Int32Array;
  readonly #rangeBatches: Int32Array;
  readonly #rangeClosed: Int32Array;
  readonly #rangeRecords: Int32Array;
  readonly #owners: Int32Array;
  readonly #progress: Float64Array;
  readonly #spilled: Float64Array;
  readonly #slots: readonly Slot[];

  constructor(workers: number, ranges: number, buffer?: SharedArrayBuffer) {
    const layout = layoutOf(workers, ranges);
    this.workers = workers;
    this.buffer = buffer ?? new SharedArrayBuffer(layout.bytes);
    const ints = (at: number, length: number) => new Int32Array(this.buffer, at, length);
    this.#control = ints(0, CONTROL_INTS);
    const [worker, first, batches, closed, records] = [0, 1, 2, 3, 4].map((column) => {
      return ints(layout.ranges + 4 * ranges * column, ranges);
    }) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
    this.#rangeWorker = worker;
    this.#rangeFirst = first;
    this.#rangeBatches = batches;
    this.#rangeClosed = closed;
    this.#rangeRecords = records;
    this.#owners = ints(layout.owners, OWNER_INTS * workers);
    this.#progress = new Float64Array(this.buffer, layout.progress, PROGRESS_FLOATS * workers);
    this.#spilled = new Float64Array(this.buffer, layout.spilled, workers);
    this.#slots = Array.from({ length: workers * SLOTS }, (_, index) => {
      return slotAt(this.buffer, layout.slots + index * SLOT_BYTES);
    });
  }

  get ranges(): number {
    return this.#rangeWorker.length;
  }

  /** The next range for this worker, in order; null when all are taken. */
  takeRange(worker: number): number | null {
    const range = Atomics.add(this.#control, NEXT_RANGE, 1);
    if (range >= this.ranges) return null;
    Atomics.store(this.#rangeWorker, range, worker + 1);
    return range;
  }

  isTakenBy(range: number, worker: number): boolean {
    return Atomics.load(this.#rangeWorker, range) === worker + 1;
  }

  /** The last range that a worker took; null when it took none. */
  lastRange(worker: number): number | null {
    const range = this.#rangeWorker.lastIndexOf(worker + 1);
    return range === -1 ? null : range;
  }

  /** Says that a batch is there. Sequences of one worker's batches count from 0 over all its ranges. */
  publish(range: number, sequence: number): void {
    if (Atomics.load(this.#rangeBatches, range) === 0) Atomics.store(this.#rangeFirst, range, sequence);
    Atomics.add(this.#rangeBatches, range, 1);
    this.wake();
  }

  /** Says that all batches of the range are published. */
  close(range: number): void {
    Atomics.store(this.#rangeClosed, range, 1);
    this.wake();
  }

  isClosed(range: number): boolean {
    return Atomics.load(this.#rangeClosed, range) === 1;
  }

  published(range: number): number {
    return Atomics.load(this.#rangeBatches, range);
  }

  /** Who scanned a published batch of the range, and the sequence that it has there. */
  whereIs(range: number, batch: number): { worker: number; sequence: number } {
    return {
      worker: Atomics.load(this.#rangeWorker, range) - 1,
      sequence: Atomics.load(this.#rangeFirst, range) + batch,
    };
  }

  slot(worker: number, sequence: number): Slot {
    return this.#slots[worker * SLOTS + (sequence % SLOTS)] as Slot;
  }

  /** One owner's answers are in the slot. */
  answer(slot: Slot): void {
    Atomics.add(slot.answers, 0, 1);
    this.wake();
  }

  isAnswered(slot: Slot): boolean {
    return Atomics.load(slot.answers, 0) === this.workers;
  }

  /** Asks all owners to retire: the keys do not fit into memory, or what waits for its turn does not. */
  wantRetirement(): void {
    Atomics.store(this.#control, RETIREMENT_WANTED, 1);
    this.wake();
  }

  get retirementIsWanted(): boolean {
    return Atomics.load(this.#control, RETIREMENT_WANTED) === 1;
  }

  /** This owner has answered all batches before this one, in the order of positions, and answers no more. */
  retire(owner: number, range: number, batch: number): void {
    this.#owners[OWNER_INTS * owner + OWNER_RANGE] = range;
    this.#owners[OWNER_INTS * owner + OWNER_BATCH] = batch;
    Atomics.add(this.#control, RETIRED, 1);
    this.wake();
  }

  get allRetired(): boolean {
    return Atomics.load(this.#control, RETIRED) === this.workers;
  }

  /** Whether an owner answered this batch, once all have retired. */
  hasAnswered(owner: number, range: number, batch: number): boolean {
    const lastRange = this.#owners[OWNER_INTS * owner + OWNER_RANGE] ?? 0;
    const lastBatch = this.#owners[OWNER_INTS * owner + OWNER_BATCH] ?? 0;
    return range < lastRange || (range === lastRange && batch < lastBatch);
  }

  /** Counts bytes of this worker that are on disk now, or are there no more when negative. */
  addSpilled(worker: number, bytes: number): void {
    this.#spilled[worker] = (this.#spilled[worker] ?? 0) + bytes;
  }

  /** Of all workers; may be a moment old. */
  get spilledBytes(): number {
    return this.#spilled.reduce((sum, bytes) => sum + bytes, 0);
  }

  setRecords(range: number, records: number): void {
    Atomics.store(this.#rangeRecords, range, records);
  }

  records(range: number): number {
    return Atomics.load(this.#rangeRecords, range);
  }

  /** A number that changes with every piece of news: read it, look around, then wait for another one. */
  get news(): number {
    return Atomics.load(this.#control, NEWS);
  }

  /** Returns when there is news after `seen`, at the latest after a while. Blocks a thread, but never the main one. */
  async wait(seen: number, isMainThread: boolean): Promise<void> {
    if (!isMainThread) {
      Atomics.wait(this.#control, NEWS, seen, WAIT_MS);
      return;
    }
    const waited = Atomics.waitAsync(this.#control, NEWS, seen, WAIT_MS);
    if (waited.async) await waited.value;
  }

  wake(): void {
    Atomics.add(this.#control, NEWS, 1);
    Atomics.notify(this.#control, NEWS);
  }

  /** Tells all workers to give up. */
  stop(): void {
    Atomics.store(this.#control, STOPPED, 1);
    this.wake();
  }

  get stopped(): boolean {
    return Atomics.load(this.#control, STOPPED) === 1;
  }

  report(worker: number, progress: Readonly<Record<keyof typeof PROGRESS, number>>): void {
    for (const [name, place] of Object.entries(PROGRESS)) {
      this.#progress[worker * PROGRESS_FLOATS + place] = progress[name as keyof typeof PROGRESS];
    }
  }

  /** Summed over the workers; may be a moment old. */
  progress(name: keyof typeof PROGRESS): number {
    let sum = 0;
    for (let worker = 0; worker < this.workers; worker++) {
      sum += this.#progress[worker * PROGRESS_FLOATS + PROGRESS[name]] ?? 0;
    }
    return sum;
  }
}

/** Long enough to cost nothing, short enough that a lost wake-up is no disaster. */
const WAIT_MS = 500;

export interface Slot {
  readonly answers: Int32Array;
  readonly ownerStart: Int32Array;
  readonly fingerprints: Uint8Array;
  readonly keep: Uint8Array;
}

const SLOT_KEEP = align(4 * SLOT_HEADER_INTS) + 16 * BATCH_ROWS;
const SLOT_BYTES = align(SLOT_KEEP + BATCH_ROWS);

function slotAt(buffer: SharedArrayBuffer, at: number): Slot {
  return {
    answers: new Int32Array(buffer, at, 1),
    ownerStart: new Int32Array(buffer, at + 4, MAX_OWNERS + 1),
    fingerprints: new Uint8Array(buffer, at + align(4 * SLOT_HEADER_INTS), 16 * BATCH_ROWS),
    keep: new Uint8Array(buffer, at + SLOT_KEEP, BATCH_ROWS),
  };
}

function layoutOf(workers: number, ranges: number) {
  const rangesAt = align(4 * CONTROL_INTS);
  const owners = align(rangesAt + 4 * 5 * ranges);
  const progress = align(owners + 4 * OWNER_INTS * workers);
  const spilled = align(progress + 8 * PROGRESS_FLOATS * workers);
  const slots = align(spilled + 8 * workers);
  return { ranges: rangesAt, owners, progress, spilled, slots, bytes: slots + workers * SLOTS * SLOT_BYTES };
}

/** Cache lines are not shared between fields of different writers. */
function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
