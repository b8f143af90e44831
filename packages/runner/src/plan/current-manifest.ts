import { hasManifest, type LedgerEntry } from '@hourmill/core';

/**
 * The entry that names the hour's current manifest: the last one that a run has committed, whatever runs were begun since.
 * Undefined for an hour without one.
 */
export function currentEntry(history: readonly LedgerEntry[]): LedgerEntry | undefined {
  return history.findLast(isCommitted);
}

export function isCommitted({ state, manifest }: LedgerEntry): boolean {
  return manifest !== null && (state === 'done' || hasManifest(state));
}

/**
 * The entry whose manifest late data can be merged into: that of an hour which got as far as it goes, and whose numbers nothing has
 * refuted since. A run that was begun over it and has not come to a manifest of its own changes nothing of it.
 * @param indexes false where `rolled-up` is as far as it goes
 */
export function mergeableEntry(history: readonly LedgerEntry[], indexes: boolean): LedgerEntry | undefined {
  const current = currentEntry(history);
  if (current === undefined) return undefined;
  const isWhole = current.state === 'done' || (!indexes && current.state === 'rolled-up');
  const later = history.slice(history.lastIndexOf(current) + 1);
  const isRefuted = later.some(({ state, manifest }) => state === 'failed' && isSame(manifest, current.manifest));
  return isWhole && !isRefuted ? current : undefined;
}

type Named = LedgerEntry['manifest'];

function isSame(a: Named, b: Named): boolean {
  return a?.path === b?.path && a?.sha256 === b?.sha256;
}
