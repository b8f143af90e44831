import type { Kernel } from '@hourmill/kernel';
import { BATCH_ROWS, DEFERRED } from '@hourmill/kernel';
import type { HeldBatch } from '../scan/held-batch.ts';
import { type Board, SLOTS, type Slot } from './board.ts';
import type { OwnedKeys } from './owned-keys.ts';

type Waiting = { readonly batch: HeldBatch } | { readonly endOf: number };

/** A batch on the board: its place among the batches of its range, in the order in which they are decided. */
interface Flying {
  readonly batch: HeldBatch;
  readonly place: number;
}

/** A batch whose keep column is filled in. */
export interface Decided {
  readonly batch: HeldBatch;
  /** Some answers may be DEFERRED: these rows are decided later, with all others of their partition. */
  readonly isDeferred: boolean;
}

export interface ExchangeParts {
  readonly kernel: Kernel;
  readonly board: Board;
  readonly me: number;
  readonly keys: OwnedKeys;
}

/**
 * One worker's part in deciding which rows are kept. Its own batches go to the board in the order of the ranges that it
 * took; and it decides the fingerprints that it owns, of all workers' batches, in the order of positions, which is what makes
 * the outcome exact: whoever scans first.
 *
 * When keys do not fit into memory any more, all owners retire. What they have answered stays, and their keys go to disk; all
 * other rows are DEFERRED. These come later than the keys of their owner in the order of positions, so that the keys win.
 */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #kernel: Kernel;
  readonly #board: Board;
  readonly #me: number;
  #retired = false;
  /** Not on the board yet. */
  readonly #waiting: Waiting[] = [];
  /** On the board, oldest first: the sequence of the first is `#firstFlying`. */
  readonly #flying: Flying[] = [];
  #firstFlying = 0;
  /** The next batch to decide: a range and a batch of it. */
  #range = 0;
  #batch = 0;
  /** Another worker's fingerprints and their answers, while they are decided. */
  readonly #fingerprints: number;
  readonly #keep: number;

  constructor(parts: ExchangeParts) {
    const { kernel, board, me } = parts;
    this.#parts = parts;
    this.#kernel = kernel;
    this.#board = board;
    this.#me = me;
    this.#fingerprints = kernel.exports.allocate(16 * BATCH_ROWS);
    this.#keep = kernel.exports.allocate(BATCH_ROWS);
  }

  /** Batches of this worker that are not decided. */
  get held(): number {
    return this.#waiting.length + this.#flying.length;
  }

  /** The range whose batches are being decided. */
  get turn(): number {
    return this.#range;
  }

  /** Nothing is left to decide, of any worker. */
  get isDone(): boolean {
    return (this.#retired || this.#range === this.#board.ranges) && this.held === 0;
  }

  /** The next batch of a range, in the order of positions. */
  offer(batch: HeldBatch): void {
    this.#waiting.push({ batch });
  }

  /** The range has no further batches. */
  end(range: number): void {
    this.#waiting.push({ endOf: range });
  }

  /** Does all that can be done now. @returns this worker's batches that are decided */
  advance(): Decided[] {
    const decided: Decided[] = [];
    for (;;) {
      if (this.#board.retirementIsWanted && !this.#retired) this.#retire();
      this.#publish();
      if (!this.#retired) this.#decide();
      const collected = this.#collect();
      decided.push(...collected);
      // Slots that came free take batches that waited for one: nobody would bring news of them.
      if (collected.length === 0 || this.#waiting.length === 0) break;
    }
    if (this.#board.allRetired) decided.push(...this.#deferWaiting());
    return decided;
  }

  /** This worker has nothing left to decide; the others, who may retire still, need not wait for it. */
  leave(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#board.retire(this.#me, this.#board.ranges, 0);
  }

  #retire(): void {
    this.#retired = true;
    this.#parts.keys.spill();
    this.#board.retire(this.#me, this.#range, this.#batch);
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
    this.#flying.push({ batch, place: this.#board.published(batch.range) });
    this.#board.publish(batch.range, sequence);
  }

  #decide(): void {
    while (this.#range < this.#board.ranges) {
      // In this order: a range that was closed before its batches were counted has no more of them.
      const closed = this.#board.isClosed(this.#range);
      if (this.#batch < this.#board.published(this.#range)) {
        if (!this.#decideBatch()) return;
      } else if (!closed) return;
      else {
        this.#range += 1;
        this.#batch = 0;
      }
    }
  }

  /** False when its keys do not fit into memory: then this owner has retired. */
  #decideBatch(): boolean {
    this.#parts.keys.open();
    const { worker, sequence } = this.#board.whereIs(this.#range, this.#batch);
    const slot = this.#board.slot(worker, sequence);
    const [from, to] = rowsOf(slot, this.#me);
    if (!this.#parts.keys.fit(to - from)) {
      this.#board.wantRetirement();
      this.#retire();
      return false;
    }
    if (worker === this.#me) this.#decideOwn(sequence, from, to - from);
    else this.#decideOther(slot, from, to);
    this.#batch += 1;
    this.#board.answer(slot);
    return true;
  }

  #decideOwn(sequence: number, from: number, rows: number): void {
    const { exports } = this.#kernel;
    const flying = this.#flying[sequence - this.#firstFlying];
    if (flying === undefined) return;
    const { at } = flying.batch;
    exports.decide(exports.ownerFingerprintAt(at) + 16 * from, rows, exports.keepAt(at) + from);
  }

  #decideOther(slot: Slot, from: number, to: number): void {
    this.#kernel.bytes.set(slot.fingerprints.subarray(16 * from, 16 * to), this.#fingerprints);
    this.#kernel.exports.decide(this.#fingerprints, to - from, this.#keep);
    slot.keep.set(this.#kernel.bytes.subarray(this.#keep, this.#keep + to - from), from);
  }

  #collect(): Decided[] {
    const decided: Decided[] = [];
    for (let next = this.#flying[0]; next !== undefined; next = this.#flying[0]) {
      const slot = this.#board.slot(this.#me, this.#firstFlying);
      const { allRetired } = this.#board;
      if (!this.#board.isAnswered(slot) && !allRetired) break;
      const isDeferred = !this.#board.isAnswered(slot);
      for (let owner = 0; owner < this.#board.workers; owner++) this.#takeAnswers(next, slot, owner, isDeferred);
      this.#flying.shift();
      this.#firstFlying += 1;
      decided.push({ batch: next.batch, isDeferred });
    }
    return decided;
  }

  /** One owner's answers into the batch. */
  #takeAnswers({ batch, place }: Flying, slot: Slot, owner: number, isDeferred: boolean): void {
    const [from, to] = rowsOf(slot, owner);
    const keep = this.#kernel.exports.keepAt(batch.at);
    if (isDeferred && !this.#board.hasAnswered(owner, batch.range, place)) {
      this.#kernel.bytes.fill(DEFERRED, keep + from, keep + to);
    } else if (owner !== this.#me) this.#kernel.bytes.set(slot.keep.subarray(from, to), keep + from);
  }

  /** With nobody left to decide them, batches that never were on the board are deferred. */
  #deferWaiting(): Decided[] {
    return this.#waiting.splice(0).flatMap((next) => {
      if ('endOf' in next) return [];
      this.#kernel.exports.deferAll(next.batch.at, this.#board.workers);
      return [{ batch: next.batch, isDeferred: true }];
    });
  }

  *#others(): Generator<number> {
    for (let owner = 0; owner < this.#board.workers; owner++) if (owner !== this.#me) yield owner;
  }
}

/** The rows of a batch, in the order of its owners, that one owner decides. */
function rowsOf({ ownerStart }: Slot, owner: number): [from: number, to: number] {
  return [ownerStart[owner] ?? 0, ownerStart[owner + 1] ?? 0];
}
