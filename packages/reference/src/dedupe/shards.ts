import { invariant } from '@hourmill/core';

const SHARDS = 256;

/**
 * Sets or maps by fingerprint, in 256 shards by its first two digits: a single `Set` or `Map` of V8 ends with a RangeError
 * at 2^24 entries.
 */
export class Shards<T extends { readonly size: number }> {
  readonly #shards: readonly T[];

  constructor(create: () => T) {
    this.#shards = Array.from({ length: SHARDS }, create);
  }

  /** The shard that holds this fingerprint, if any does. */
  of(fingerprint: string): T {
    const shard = this.#shards[Number.parseInt(fingerprint.slice(0, 2), 16)];
    invariant(shard !== undefined, 'a fingerprint starts with two hexadecimal digits');
    return shard;
  }

  /** Of all shards together. */
  get size(): number {
    return this.#shards.reduce((sum, { size }) => sum + size, 0);
  }

  /** The shards, in the order of their fingerprints. */
  all(): readonly T[] {
    return this.#shards;
  }
}
