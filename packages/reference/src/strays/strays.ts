import { chunkAt, isoMillis, type SegmentGranularity } from '@hourmill/core';
import { compareNumbers } from '../sort/compare.ts';

/** Distinct chunks that are told apart; strays of further ones are counted together. */
const MAX_STRAY_CHUNKS = 10_000;
/** Behind every chunk, also in the order of time. */
const OTHER = Number.POSITIVE_INFINITY;

/** Counts events outside the chunk being built, by the start of the chunk that they belong to. */
export class Strays {
  readonly #granularity: SegmentGranularity;
  readonly #counts = new Map<number, number>();

  constructor(granularity: SegmentGranularity) {
    this.#granularity = granularity;
  }

  add(timeMs: number): void {
    const { startMs } = chunkAt(timeMs, this.#granularity);
    const key = this.#counts.has(startMs) || this.#counts.size < MAX_STRAY_CHUNKS ? startMs : OTHER;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** By time, `other` last: what came after the first 10,000 chunks. */
  counts(): Readonly<Record<string, number>> {
    const inOrder = [...this.#counts].sort(([a], [b]) => compareNumbers(a, b));
    return Object.fromEntries(
      inOrder.map(([startMs, count]) => [startMs === OTHER ? 'other' : isoMillis(startMs), count]),
    );
  }
}
