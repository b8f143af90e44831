import type { KafkaSplit } from '@hourmill/core';
import type { WalkedBatches } from './walk-batches.ts';

/** Less is not worth a request. */
const LEAST_BYTES = 64 * 1024;
/** The rest of a split may take more than its batches so far did. */
const MARGIN = 1.05;

/**
 * How much to ask for: little is received twice or for nothing when the last request of a split takes not much more than its rest.
 * To ask for too little is no harm: a further request gets it.
 */
export class FetchSize {
  readonly #split: KafkaSplit;
  readonly #maxBytes: number;
  #bytes: number;
  #offsets: number;
  #largestBytes = 0;

  constructor(split: KafkaSplit, maxBytes: number) {
    this.#split = split;
    this.#maxBytes = maxBytes;
    this.#bytes = split.bytes;
    this.#offsets = split.endOffset - split.startOffset;
  }

  at(offset: number): number {
    const left = ((this.#split.endOffset - offset) * this.#bytes * MARGIN) / this.#offsets;
    // The batch that holds the last offset may reach far behind it, and is wanted whole.
    return Math.min(this.#maxBytes, Math.max(LEAST_BYTES, Math.ceil(left) + this.#largestBytes));
  }

  /** What the batches from `offset` on took. */
  saw(offset: number, { bytes, nextOffset, largestBytes }: WalkedBatches): void {
    if (nextOffset <= offset) return;
    this.#bytes = bytes;
    this.#offsets = nextOffset - offset;
    this.#largestBytes = Math.max(this.#largestBytes, largestBytes);
  }
}
