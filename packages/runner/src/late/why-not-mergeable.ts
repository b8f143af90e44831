import type { LookbackHour, Manifest, ObjectSplit } from '@hourmill/core';
import type { LoadedDefinition } from '@hourmill/pipeline';
import { keyHashOf } from '../plan/key-hash.ts';
import { changedLookback, hasFingerprints } from '../plan/lookback.ts';

/**
 * Why late data cannot be merged into a manifest exactly, so that the hour has to be built again; null when it can.
 * @param changed objects that the manifest has read other bytes of
 * @param lookback as it is now
 */
export function whyNotMergeable(
  { definitionHash, program }: Pick<LoadedDefinition, 'definitionHash' | 'program'>,
  manifest: Manifest,
  changed: readonly ObjectSplit[],
  lookback: readonly LookbackHour[] | undefined,
): string | null {
  if (manifest.plan.definitionHash !== definitionHash) return 'the definition changed';
  if (program.deduplicate?.keep === 'last')
    return 'with keep: last a late row would replace one that is rolled up already';
  const [first] = changed;
  if (first !== undefined) return `${first.id} changed after it was read`;
  if (program.deduplicate !== null && !hasFingerprints(manifest, keyHashOf(program))) {
    return 'the hour was built without fingerprints';
  }
  if (program.metrics.some(({ type }) => type === 'doubleSum') && !hasSums(manifest)) {
    return 'the hour was built without exact sums';
  }
  const hour = changedLookback(manifest.plan.lookback, lookback);
  return hour === undefined ? null : `${hour}, within the lookback, changed`;
}

/** Whether the exact sums of all rows are there. */
function hasSums({ result, sidecars }: Manifest): boolean {
  return sidecars.filter(({ kind }) => kind === 'accumulators').length === result.parts.length;
}
