import type { KnownKeys } from '@hourmill/core';
import { fingerprintsOf } from '@hourmill/sidecar';
import type { FingerprintSet } from './decider.ts';
import { Shards } from './shards.ts';

const END_OF_HASHES = 2n ** 64n;

/** Reads all known keys into memory. */
export async function loadKnown(known: KnownKeys, signal: AbortSignal): Promise<FingerprintSet> {
  const loaded: FingerprintSet = new Shards(() => new Set());
  for await (const keys of known.read(0n, END_OF_HASHES, signal)) {
    for (const fingerprint of fingerprintsOf(keys)) loaded.of(fingerprint).add(fingerprint);
  }
  return loaded;
}
