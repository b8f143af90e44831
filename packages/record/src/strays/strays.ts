import { isoMillis, type Millis, type TimeChunk } from '@hourmill/core';
import { compareNumbers } from '../sort/compare.ts';

/** Distinct chunks that are told apart: those nearest to the chunk being built. Strays of all others are counted together. */
const MAX_STRAY_CHUNKS = 10_000;

/** What a {@link Strays} has counted, as plain data: for messages between threads. */
export interface StrayCounts {
  /** Start of a chunk and its events, in no particular order; no chunk twice. */
  readonly chunks: readonly (readonly [startMs: Millis, events: number])[];
  /** Events of chunks that are too far away to be told apart. */
  readonly other: number;
}

/**
 * Counts events outside the chunk being built, by the chunk that they belong to. Told apart are the 10,000 distinct chunks
 * nearest to the one being built (of two equally near the earlier), with exact counts. The outcome is the same in whatever
 * order events come, and however they are dealt to several instances that are merged: a chunk that once had to give way to
 * 10,000 nearer ones can never be among the nearest again, here or in a merge.
 */
export class Strays {
  readonly #startMs: Millis;
  readonly #lengthMs: number;
  readonly #maxChunks: number;
  /** Up to twice as many as are kept in the end, so that sorting them out costs little for each event. */
  readonly #counts = new Map<Millis, number>();
  #other = 0;
  /** Farther away than this there are no chunks to be kept. */
  #maxDistanceMs = Number.POSITIVE_INFINITY;

  constructor(chunk: TimeChunk, maxChunks: number = MAX_STRAY_CHUNKS) {
    this.#startMs = chunk.startMs;
    this.#lengthMs = chunk.endMs - chunk.startMs;
    this.#maxChunks = maxChunks;
  }

  /** Counts events of this time. */
  add(timeMs: Millis, events = 1): void {
    this.#addChunk(Math.floor(timeMs / this.#lengthMs) * this.#lengthMs, events);
  }

  /** Counts what another instance for the same chunk has counted. */
  merge({ chunks, other }: StrayCounts): void {
    for (const [startMs, events] of chunks) this.#addChunk(startMs, events);
    this.#other += other;
  }

  data(): StrayCounts {
    this.#dropFarthest();
    return { chunks: [...this.#counts], other: this.#other };
  }

  /** By time, `other` last: the events of all but the 10,000 nearest chunks. */
  counts(): Readonly<Record<string, number>> {
    const { chunks, other } = this.data();
    const inOrder = chunks.toSorted(([a], [b]) => compareNumbers(a, b));
    return {
      ...Object.fromEntries(inOrder.map(([startMs, events]) => [isoMillis(startMs), events])),
      ...(other === 0 ? {} : { other }),
    };
  }

  #addChunk(startMs: Millis, events: number): void {
    if (this.#distanceTo(startMs) > this.#maxDistanceMs) {
      this.#other += events;
      return;
    }
    this.#counts.set(startMs, (this.#counts.get(startMs) ?? 0) + events);
    if (this.#counts.size > 2 * this.#maxChunks) this.#dropFarthest();
  }

  #dropFarthest(): void {
    if (this.#counts.size <= this.#maxChunks) return;
    const nearestFirst = [...this.#counts.keys()].sort(
      (a, b) => this.#distanceTo(a) - this.#distanceTo(b) || compareNumbers(a, b),
    );
    for (const startMs of nearestFirst.slice(this.#maxChunks)) {
      this.#other += this.#counts.get(startMs) ?? 0;
      this.#counts.delete(startMs);
    }
    this.#maxDistanceMs = this.#distanceTo(nearestFirst[this.#maxChunks - 1] ?? this.#startMs);
  }

  #distanceTo(startMs: Millis): number {
    return Math.abs(startMs - this.#startMs);
  }
}
