import type { AbortedTransaction } from '@hourmill/core';

/**
 * Which producers' transactional batches are those of an aborted transaction, while one goes through a record set in the order
 * of offsets. The rule of the Java client's `CompletedFetch` (KIP-98): a transaction begins to count at its first offset, and only
 * the abort marker of its producer ends it. Each record set begins anew, as the broker lists all that touch it.
 */
export class AbortedProducers {
  /** By first offset, the last one first. The broker lists them by their ends. */
  readonly #ahead: AbortedTransaction[];
  readonly #open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => b.firstOffset - a.firstOffset);
  }

  /** Goes on to a batch. Several transactions may begin in it. */
  advance(lastOffset: number): void {
    for (
      let next = this.#ahead.at(-1);
      next !== undefined && next.firstOffset <= lastOffset;
      next = this.#ahead.at(-1)
    ) {
      this.#open.add(next.producerId);
      this.#ahead.pop();
    }
  }

  has(producerId: bigint): boolean {
    return this.#open.has(producerId);
  }

  /** The abort marker of its transaction was met. */
  end(producerId: bigint): void {
    this.#open.delete(producerId);
  }
}
