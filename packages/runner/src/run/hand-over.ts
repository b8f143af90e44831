import {
  decodeManifest,
  encodeManifest,
  type HandOver,
  HourmillError,
  isHourmillError,
  type LedgerEntry,
  MANIFEST_FILE,
  type Manifest,
  type ObjectStore,
  sha256,
} from '@hourmill/core';

/** A manifest with the place that the ledger names. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly path: string;
  readonly sha256: string;
}

/** Writes a manifest under the run's prefix. Durable on return; it counts only once a ledger entry names it. */
export async function storeManifest(
  store: ObjectStore,
  prefix: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<StoredManifest> {
  const bytes = encodeManifest(manifest);
  const path = `${prefix}${MANIFEST_FILE}`;
  await store.put(path, bytes, signal);
  return { manifest, path, sha256: sha256(bytes) };
}

/**
 * Reads the manifest that a ledger entry names.
 * @throws HM_LEDGER_004 when it is not the very one, HM_STORE_003 when it is gone
 */
export async function readManifest(
  store: ObjectStore,
  entry: LedgerEntry,
  signal?: AbortSignal,
): Promise<StoredManifest> {
  const named = entry.manifest;
  if (named === null) {
    throw new HourmillError(
      'HM_LEDGER_004',
      `entry ${entry.sequence} of ${entry.hour} (${entry.state}) names no manifest`,
    );
  }
  return readNamedManifest(store, named, signal);
}

/** As {@link readManifest}; null where the manifest is gone or damaged, for whoever can do without. */
export async function findManifest(
  store: ObjectStore,
  entry: LedgerEntry,
  signal?: AbortSignal,
): Promise<StoredManifest | null> {
  try {
    return await readManifest(store, entry, signal);
  } catch (error) {
    if (isHourmillError(error, 'HM_STORE_003') || isHourmillError(error, 'HM_LEDGER_004')) return null;
    throw error;
  }
}

/** As {@link readManifest}, by what a ledger entry or another manifest says. */
export async function readNamedManifest(
  store: ObjectStore,
  named: NonNullable<LedgerEntry['manifest']>,
  signal?: AbortSignal,
): Promise<StoredManifest> {
  const bytes = await store.get(named.path, signal);
  if (sha256(bytes) !== named.sha256) {
    throw new HourmillError('HM_LEDGER_004', `${named.path} is not the manifest that the ledger named`, {
      context: { path: named.path },
    });
  }
  return { manifest: decodeManifest(bytes, named.path), ...named };
}

/** What Druid needs of a stored manifest. */
export function handOver(store: ObjectStore, { manifest, sha256: manifestSha256 }: StoredManifest): HandOver {
  return { manifest, manifestSha256, locations: manifest.result.parts.map(({ path }) => store.locate(path)) };
}

/**
 * Checks that every part is there with its size, before Druid is asked to read them: Druid itself takes a missing
 * local file for an empty one.
 * @throws HM_STORE_003
 */
export async function checkParts(store: ObjectStore, manifest: Manifest, signal: AbortSignal): Promise<void> {
  for (const part of manifest.result.parts) {
    const found = await firstObject(store, part.path, signal);
    if (found !== part.bytes) {
      throw new HourmillError(
        'HM_STORE_003',
        `${part.path} of ${manifest.plan.hour} ${found === undefined ? 'is gone' : `has ${found} bytes instead of ${part.bytes}`}; ` +
          'build the hour again with --force',
        { context: { path: part.path } },
      );
    }
  }
}

async function firstObject(store: ObjectStore, key: string, signal: AbortSignal): Promise<number | undefined> {
  for await (const object of store.list(key, signal)) if (object.key === key) return object.bytes;
  return undefined;
}
