import { isHourmillError, type LedgerEntry, type Manifest, type ObjectStore } from '@hourmill/core';
import { readManifest } from '../run/hand-over.ts';

/** What the entries of an hour and their manifests name, of whichever run. */
export interface NamedFiles {
  readonly keys: ReadonlySet<string>;
  /** A manifest that is named but gone or damaged: what else it named is not known. Null: none. */
  readonly unknown: string | null;
}

/** @throws HM_LEDGER_005 for a manifest of a newer Hourmill, HM_STORE_* when the store does not answer */
export async function namedFiles(
  store: ObjectStore,
  history: readonly LedgerEntry[],
  signal: AbortSignal,
): Promise<NamedFiles> {
  const keys = new Set<string>();
  let unknown: string | null = null;
  for (const entry of oneOfEachManifest(history)) {
    try {
      const { manifest, path } = await readManifest(store, entry, signal);
      for (const key of [path, ...filesOf(manifest)]) keys.add(key);
    } catch (error) {
      if (!isHourmillError(error, 'HM_STORE_003') && !isHourmillError(error, 'HM_LEDGER_004')) throw error;
      unknown = error.message;
    }
  }
  return { keys, unknown };
}

function oneOfEachManifest(history: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const named = history.filter(({ manifest }) => manifest !== null);
  return [...new Map(named.map((entry) => [entry.manifest?.sha256, entry])).values()];
}

/** All that a manifest needs besides itself: of its own run, of earlier ones, and of late areas. */
function filesOf({ result, sidecars, generations = [] }: Manifest): string[] {
  const files = [
    ...result.parts,
    ...(result.rejects === null ? [] : [result.rejects]),
    ...(result.sidecars ?? []),
    ...sidecars,
    ...(result.late ?? []),
    ...generations.flatMap(({ late }) => late),
  ];
  return files.map(({ path }) => path);
}
