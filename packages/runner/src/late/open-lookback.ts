import type { LookbackHour } from '@hourmill/core';
import { type KeySet, openKeySet } from '@hourmill/sidecar';
import type { PipelineContext } from '../context.ts';
import { fingerprintFiles } from '../plan/lookback.ts';
import { readNamedManifest } from '../run/hand-over.ts';

/** The keys of all hours of a lookback that are there; undefined without a lookback. */
export async function openLookback(
  { store }: PipelineContext,
  lookback: readonly LookbackHour[] | undefined,
  signal: AbortSignal,
): Promise<KeySet | undefined> {
  if (lookback === undefined) return undefined;
  const named = lookback.map(({ manifest }) => manifest).filter((manifest) => manifest !== null);
  const stored = await Promise.all(named.map((name) => readNamedManifest(store, name, signal)));
  return openKeySet(
    store,
    stored.flatMap(({ manifest }) => fingerprintFiles(manifest)),
  );
}
