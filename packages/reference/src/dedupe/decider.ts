import { invariant } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { Shards } from './shards.ts';

/** What became of a candidate: kept, or a duplicate that is counted where it was read. */
export interface Decision<C> {
  readonly candidate: C;
  readonly kept: boolean;
}

/** Decides which of the candidates with one key is kept. Candidates must be offered in the order of positions. */
export interface Decider<C> {
  /** What is decided now that this candidate is known: about it, about an earlier one, or nothing yet. */
  offer(candidate: C): readonly Decision<C>[];
  /** What was left open until the end. Afterwards every candidate has had exactly one decision. */
  finish(): Iterable<Decision<C>>;
  /** The number of distinct keys so far, without those that were known before. */
  readonly keys: number;
  /** These keys, in no particular order. */
  fingerprints(): Iterable<string>;
}

export interface Keyed {
  /** See {@link fingerprint}; not looked at when nothing is deduplicated. */
  readonly fingerprint: string | null;
}

/** @param known keys that are seen already: their candidates are duplicates. Default: none */
export function createDecider<C extends Keyed>(
  deduplicate: Program['deduplicate'],
  known?: FingerprintSet,
): Decider<C> {
  if (deduplicate === null) return new KeepAll();
  const decider = deduplicate.keep === 'first' ? new KeepFirst<C>() : new KeepLast<C>();
  return known === undefined ? decider : new DropKnown(known, decider);
}

export type FingerprintSet = Shards<Set<string>>;

class DropKnown<C extends Keyed> implements Decider<C> {
  readonly #known: FingerprintSet;
  readonly #others: Decider<C>;

  constructor(known: FingerprintSet, others: Decider<C>) {
    this.#known = known;
    this.#others = others;
  }

  get keys(): number {
    return this.#others.keys;
  }

  offer(candidate: C): readonly Decision<C>[] {
    const fingerprint = fingerprintOf(candidate);
    if (this.#known.of(fingerprint).has(fingerprint)) return [{ candidate, kept: false }];
    return this.#others.offer(candidate);
  }

  finish(): Iterable<Decision<C>> {
    return this.#others.finish();
  }

  fingerprints(): Iterable<string> {
    return this.#others.fingerprints();
  }
}

class KeepAll<C extends Keyed> implements Decider<C> {
  readonly keys = 0;

  offer(candidate: C): readonly Decision<C>[] {
    return [{ candidate, kept: true }];
  }

  finish(): Iterable<Decision<C>> {
    return [];
  }

  fingerprints(): Iterable<string> {
    return [];
  }
}

/** Remembers fingerprints only: a candidate is decided as soon as it comes. */
class KeepFirst<C extends Keyed> implements Decider<C> {
  readonly #seen = new Shards(() => new Set<string>());

  get keys(): number {
    return this.#seen.size;
  }

  offer(candidate: C): readonly Decision<C>[] {
    const fingerprint = fingerprintOf(candidate);
    const seen = this.#seen.of(fingerprint);
    const kept = !seen.has(fingerprint);
    seen.add(fingerprint);
    return [{ candidate, kept }];
  }

  finish(): Iterable<Decision<C>> {
    return [];
  }

  *fingerprints(): Iterable<string> {
    for (const seen of this.#seen.all()) yield* seen;
  }
}

/** Holds one candidate for each key until the end; whoever is replaced was a duplicate. */
class KeepLast<C extends Keyed> implements Decider<C> {
  readonly #latest = new Shards(() => new Map<string, C>());

  get keys(): number {
    return this.#latest.size;
  }

  offer(candidate: C): readonly Decision<C>[] {
    const fingerprint = fingerprintOf(candidate);
    const latest = this.#latest.of(fingerprint);
    const earlier = latest.get(fingerprint);
    latest.set(fingerprint, candidate);
    return earlier === undefined ? [] : [{ candidate: earlier, kept: false }];
  }

  *finish(): Iterable<Decision<C>> {
    for (const latest of this.#latest.all()) {
      for (const candidate of latest.values()) yield { candidate, kept: true };
    }
  }

  *fingerprints(): Iterable<string> {
    for (const latest of this.#latest.all()) yield* latest.keys();
  }
}

function fingerprintOf({ fingerprint }: Keyed): string {
  invariant(fingerprint !== null, 'a candidate to deduplicate has a key');
  return fingerprint;
}
