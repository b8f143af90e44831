import type { KnownKeys } from '@hourmill/core';
import { KEY_BYTES, keysBetween } from './key-bytes.ts';

/** Keys in memory as a set. @param keys 16 bytes each, h1 then h2, little-endian, in any order; not copied */
export function memoryKeys(keys: Uint8Array): KnownKeys {
  return {
    keys: keys.length / KEY_BYTES,
    read: async function* (from, to) {
      const found = keysBetween(keys, from, to);
      if (found.length > 0) yield found === keys ? keys.slice() : found;
    },
  };
}

/** One set of several: what is in any of them. */
export function uniteKeys(sets: readonly KnownKeys[]): KnownKeys {
  return {
    keys: sets.reduce((sum, { keys }) => sum + keys, 0),
    read: async function* (from, to, signal) {
      for (const set of sets) yield* set.read(from, to, signal);
    },
  };
}
