import type { Kernel } from '@hourmill/kernel';
import { BATCH_ROWS } from '@hourmill/kernel';
import type { HeldBatch } from '../scan/held-batch.ts';
import { type Board, SLOTS, type Slot } from './board.ts';

type Waiting = { readonly batch: HeldBatch } | { readonly endOf: number };

/**
 * One worker's part in deciding which rows are kept. Its own batches go to the board in the order of the ranges that it
 * took; and it decides the fingerprints that it owns, of all workers' batches, in the order of positions, which is what makes
 * the outcome exact: whoever scans first.
 */
export class Exchange {
  readonly #kernel: Kernel;
  readonly #board: Board;
  readonly #me: number;
  readonly #expectedKeys: () => number;
  #begun = false;
  /** Not on the board yet. */
  readonly #waiting: Waiting[] = [];
  /** On the board, oldest first: the sequence of the first is `#firstFlying`. */
  readonly #flying: HeldBatch[] = [];
  #firstFlying = 0;
  /** The next batch to decide: a range and a batch of it. */
  #range = 0;
  #batch = 0;
  /** Another worker's fingerprints and their answers, while they are decided. */
  readonly #fingerprints: number;
  readonly #keep: number;

  /** @param expectedKeys asked once, when the first batch is to be decided: how many keys this worker will own, about */
  constructor(kernel: Kernel, board: Board, me: number, expectedKeys: () => number) {
    this.#kernel = kernel;
    this.#board = board;
    this.#me = me;
    this.#expectedKeys = expectedKeys;
    this.#fingerprints = kernel.exports.allocate(16 * BATCH_ROWS);
    this.#keep = kernel.exports.allocate(BATCH_ROWS);
  }

  /** Batches of this worker that are not decided. */
  get held(): number {
    return this.#waiting.length + this.#flying.length;
  }

  /** Nothing is left to decide, of any worker. */
  get isDone(): boolean {
    return this.#range === this.#board.ranges && this.held === 0;
  }

  /** The next batch of a range, in the order of positions. */
  offer(batch: HeldBatch): void {
    this.#waiting.push({ batch });
  }

  /** The range has no further batches. */
  end(range: number): void {
    this.#waiting.push({ endOf: range });
  }

  /** Does all that can be done now. @returns this worker's batches that are decided: their keep column is filled in */
  advance(): HeldBatch[] {
    const decided: HeldBatch[] = [];
    for (;;) {
      this.#publish();
      this.#decide();
      const collected = this.#collect();
      decided.push(...collected);
      // Slots that came free take batches that waited for one: nobody would bring news of them.
      if (collected.length === 0 || this.#waiting.length === 0) return decided;
    }
  }

  #publish(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if ('endOf' in next) this.#board.close(next.endOf);
      else if (this.#flying.length < SLOTS) this.#putOnBoard(next.batch);
      else return;
      this.#waiting.shift();
    }
  }

  #putOnBoard(batch: HeldBatch): void {
    const { exports, bytes, words } = this.#kernel;
    const sequence = this.#firstFlying + this.#flying.length;
    const slot = this.#board.slot(this.#me, sequence);
    const starts = exports.ownerStartAt(batch.at) / 4;
    slot.ownerStart.set(words.subarray(starts, starts + this.#board.workers + 1));
    const fingerprints = exports.ownerFingerprintAt(batch.at);
    // Its own fingerprints stay where they are.
    for (const owner of this.#others()) {
      const [from, to] = rowsOf(slot, owner);
      slot.fingerprints.set(bytes.subarray(fingerprints + 16 * from, fingerprints + 16 * to), 16 * from);
    }
    Atomics.store(slot.answers, 0, 0);
    this.#flying.push(batch);
    this.#board.publish(batch.range, sequence);
  }

  #decide(): void {
    while (this.#range < this.#board.ranges) {
      // In this order: a range that was closed before its batches were counted has no more of them.
      const closed = this.#board.isClosed(this.#range);
      if (this.#batch < this.#board.published(this.#range)) this.#decideBatch();
      else if (!closed) return;
      else {
        this.#range += 1;
        this.#batch = 0;
      }
    }
  }

  #decideBatch(): void {
    if (!this.#begun) this.#kernel.exports.decideSetup(this.#expectedKeys());
    this.#begun = true;
    const { worker, sequence } = this.#board.whereIs(this.#range, this.#batch);
    const slot = this.#board.slot(worker, sequence);
    const [from, to] = rowsOf(slot, this.#me);
    if (worker === this.#me) this.#decideOwn(sequence, from, to - from);
    else this.#decideOther(slot, from, to);
    this.#batch += 1;
    this.#board.answer(slot);
  }

  #decideOwn(sequence: number, from: number, rows: number): void {
    const { exports } = this.#kernel;
    const batch = this.#flying[sequence - this.#firstFlying];
    if (batch === undefined) return;
    exports.decide(exports.ownerFingerprintAt(batch.at) + 16 * from, rows, exports.keepAt(batch.at) + from);
  }

  #decideOther(slot: Slot, from: number, to: number): void {
    this.#kernel.bytes.set(slot.fingerprints.subarray(16 * from, 16 * to), this.#fingerprints);
    this.#kernel.exports.decide(this.#fingerprints, to - from, this.#keep);
    slot.keep.set(this.#kernel.bytes.subarray(this.#keep, this.#keep + to - from), from);
  }

  #collect(): HeldBatch[] {
    const decided: HeldBatch[] = [];
    for (let batch = this.#flying[0]; batch !== undefined; batch = this.#flying[0]) {
      const slot = this.#board.slot(this.#me, this.#firstFlying);
      if (!this.#board.isAnswered(slot)) break;
      const keep = this.#kernel.exports.keepAt(batch.at);
      for (const owner of this.#others()) {
        const [from, to] = rowsOf(slot, owner);
        this.#kernel.bytes.set(slot.keep.subarray(from, to), keep + from);
      }
      this.#flying.shift();
      this.#firstFlying += 1;
      decided.push(batch);
    }
    return decided;
  }

  *#others(): Generator<number> {
    for (let owner = 0; owner < this.#board.workers; owner++) if (owner !== this.#me) yield owner;
  }
}

/** The rows of a batch, in the order of its owners, that one owner decides. */
function rowsOf({ ownerStart }: Slot, owner: number): [from: number, to: number] {
  return [ownerStart[owner] ?? 0, ownerStart[owner + 1] ?? 0];
}
