import type { Kernel } from '@hourmill/kernel';
import { expectedKeys } from '../scan/expected-keys.ts';
import { type EventSpill, FINGERPRINT_BYTES } from '../spill/event-spill.ts';
import type { MemoryPressure } from '../spill/memory-pressure.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { Board } from './board.ts';

export interface OwnedKeysParts {
  readonly setup: WorkerSetup;
  readonly kernel: Kernel;
  readonly board: Board;
  readonly pressure: MemoryPressure;
  readonly events: EventSpill;
}

/** Keys that are handed over at once. */
export const PIECE_KEYS = 65_536;

/**
 * What one owner knows of the fingerprints that it decides: a table in the kernel, of keys that count as seen before the first record,
 * then of the keys of records. What does not fit into memory goes to disk, as it was, and the table is closed for good.
 */
export class OwnedKeys {
  readonly #parts: OwnedKeysParts;
  #isOpen = false;
  /** Some known keys are on disk, so the rest goes there too. */
  #hasSpilled = false;
  /** Where a piece lies in the kernel; 0 when there was none yet. */
  #pieceAt = 0;

  constructor(parts: OwnedKeysParts) {
    this.#parts = parts;
  }

  /**
   * Of up to PIECE_KEYS keys that count as seen, takes those of this owner. To be called before the first batch is decided.
   * @param keys 16 bytes each
   */
  know(keys: Uint8Array): void {
    const { kernel, setup, board, events } = this.#parts;
    const { exports } = kernel;
    this.#pieceAt ||= exports.allocate(FINGERPRINT_BYTES * PIECE_KEYS);
    kernel.bytes.set(keys, this.#pieceAt);
    const own = exports.takeOwned(this.#pieceAt, keys.length / FINGERPRINT_BYTES, setup.workers, setup.me);
    if (!this.#hasSpilled) {
      this.#open(setup.knownKeys / setup.workers);
      if (this.fit(own)) {
        exports.addKnownKeys(this.#pieceAt, own);
        return;
      }
      this.spill();
      this.#hasSpilled = true;
      board.wantRetirement();
    }
    exports.decideSetup(own);
    exports.addKnownKeys(this.#pieceAt, own);
    events.addKeys(kernel);
    exports.decideRelease();
  }

  /** Before the first batch is decided: makes the table, if there is none yet. */
  open(): void {
    const { setup, kernel, board } = this.#parts;
    if (this.#pieceAt > 0) kernel.exports.release(this.#pieceAt, FINGERPRINT_BYTES * PIECE_KEYS);
    this.#pieceAt = 0;
    this.#open(expectedKeys(setup, board));
  }

  /** Whether the table may take so many more. */
  fit(rows: number): boolean {
    return this.#parts.pressure.keysFit(rows);
  }

  /** Puts the table on disk, if there is one, and gives its memory back. */
  spill(): void {
    const { kernel, events } = this.#parts;
    if (!this.#isOpen) return;
    events.addKeys(kernel);
    kernel.exports.decideRelease();
    this.#isOpen = false;
  }

  #open(expected: number): void {
    if (this.#isOpen) return;
    this.#parts.kernel.exports.decideSetup(Math.min(expected, this.#parts.pressure.mostKeysAtFirst));
    this.#isOpen = true;
  }
}
