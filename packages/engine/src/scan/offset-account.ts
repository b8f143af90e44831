import { type Gaps, NO_GAPS } from '@hourmill/core';

/** Accounts for the offsets of a Kafka split in their order: what is no record is a gap of one kind (DESIGN.md section 4.1). */
export class OffsetAccount {
  readonly #gaps: { -readonly [kind in keyof Gaps]: Gaps[kind] } = { ...NO_GAPS };
  #next: number;
  #isHoleLost = false;

  constructor(startOffset: number) {
    this.#next = startOffset;
  }

  /** The first offset that is not accounted for. */
  get next(): number {
    return this.#next;
  }

  get gaps(): Gaps {
    return this.#gaps;
  }

  /** Offsets that turn out to be missing before what comes next were in something damaged. */
  expectLoss(): void {
    this.#isHoleLost = true;
  }

  /** Goes on to `offset`: what lies before it holds nothing. */
  reach(offset: number): void {
    if (offset > this.#next) this.add(this.#isHoleLost ? 'lost' : 'compacted', offset - this.#next);
    this.#next = Math.max(this.#next, offset);
    this.#isHoleLost = false;
  }

  /** So many offsets, up to the one that {@link goOn} names then. */
  add(kind: keyof Gaps, offsets: number): void {
    this.#gaps[kind] += offsets;
  }

  /** All before `offset` are accounted for, as records or as gaps. */
  goOn(offset: number): void {
    this.#next = offset;
  }
}
