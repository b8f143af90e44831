import type { Program } from '@hourmill/pipeline';

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
  /** The number of distinct keys so far. */
  readonly keys: number;
}

export interface Keyed {
  /** See {@link fingerprint}; not looked at when nothing is deduplicated. */
  readonly fingerprint: string | null;
}

export function createDecider<C extends Keyed>(deduplicate: Program['deduplicate']): Decider<C> {
  if (deduplicate === null) return new KeepAll();
  return deduplicate.keep === 'first' ? new KeepFirst() : new KeepLast();
}

class KeepAll<C extends Keyed> implements Decider<C> {
  readonly keys = 0;

  offer(candidate: C): readonly Decision<C>[] {
    return [{ candidate, kept: true }];
  }

  finish(): Iterable<Decision<C>> {
    return [];
  }
}

/** Remembers fingerprints only: a candidate is decided as soon as it comes. */
class KeepFirst<C extends Keyed> implements Decider<C> {
  readonly #seen = new Set<string | null>();

  get keys(): number {
    return this.#seen.size;
  }

  offer(candidate: C): readonly Decision<C>[] {
    const kept = !this.#seen.has(candidate.fingerprint);
    this.#seen.add(candidate.fingerprint);
    return [{ candidate, kept }];
  }

  finish(): Iterable<Decision<C>> {
    return [];
  }
}

/** Holds one candidate for each key until the end; whoever is replaced was a duplicate. */
class KeepLast<C extends Keyed> implements Decider<C> {
  readonly #latest = new Map<string | null, C>();

  get keys(): number {
    return this.#latest.size;
  }

  offer(candidate: C): readonly Decision<C>[] {
    const earlier = this.#latest.get(candidate.fingerprint);
    this.#latest.set(candidate.fingerprint, candidate);
    return earlier === undefined ? [] : [{ candidate: earlier, kept: false }];
  }

  *finish(): Iterable<Decision<C>> {
    for (const candidate of this.#latest.values()) yield { candidate, kept: true };
  }
}
