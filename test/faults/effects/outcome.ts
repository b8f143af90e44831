import { type LedgerEntry, type Manifest, sha256 } from '@hourmill/core';
import { collectGarbage, readManifest } from '@hourmill/runner';
import { objectsOf } from './place.ts';
import { HOUR, type World } from './world.ts';

/** All of an hour that must be the same however it was disturbed. */
export interface Outcome {
  readonly state: LedgerEntry['state'] | undefined;
  readonly input: string | undefined;
  readonly counts: Manifest['result']['counts'] | undefined;
  readonly sums: Manifest['result']['sums'] | undefined;
  readonly strays: Manifest['result']['strays'] | undefined;
  readonly rejects: string | undefined;
  readonly keys: number | undefined;
  /** Without their paths, which name the run. */
  readonly parts: readonly { readonly rows: number; readonly sha256: string }[] | undefined;
  /** What Druid serves. */
  readonly rows: readonly string[];
}

/**
 * What stands of the hour, after a look at all that its ledger names.
 * @throws where the ledger is damaged, or a file is missing or not the one that was named
 */
export async function outcomeOf(world: World): Promise<Outcome> {
  const { ledger, store } = world.onlooker;
  const last = (await ledger.history(HOUR)).at(-1);
  const manifest = last?.manifest == null ? undefined : (await readManifest(store, last)).manifest;
  const result = manifest?.result;
  for (const file of filesOf(manifest)) {
    if (sha256(await store.get(file.path)) !== file.sha256) throw new Error(`${file.path} is not what was written`);
  }
  return {
    state: last?.state,
    input: manifest?.plan.listingHash,
    counts: result?.counts,
    sums: result?.sums,
    strays: result?.strays,
    rejects: result?.rejects?.sha256,
    keys: result?.identity?.keys,
    parts: result?.parts.map(({ rows, sha256: hash }) => ({ rows, sha256: hash })),
    rows: world.druid.rows(HOUR),
  };
}

interface NamedFile {
  readonly path: string;
  readonly sha256: string;
}

function filesOf(manifest: Manifest | undefined): readonly NamedFile[] {
  if (manifest === undefined) return [];
  const { parts, rejects, sidecars = [], late = [] } = manifest.result;
  return [...parts, ...sidecars, ...manifest.sidecars, ...late, ...(rejects === null ? [] : [rejects])];
}

/**
 * Removes garbage, and returns the keys that should not be there after it, or should be but are not: none.
 * What is named is found here by another way than in `gc`: every path that the entries and the manifests hold.
 */
export async function keysAstrayAfterGc(world: World): Promise<string[]> {
  world.passAnHour();
  await collectGarbage(world.onlooker, { graceMs: 0, remove: true });
  const objects = await objectsOf(world.place.store);
  const named = new Set<string>();
  for (const [key, bytes] of objects) if (key.includes('/ledger/')) addPaths(JSON.parse(textOf(bytes)), named);
  for (const key of [...named]) {
    const bytes = objects.get(key);
    if (key.endsWith('manifest.json') && bytes !== undefined) addPaths(JSON.parse(textOf(bytes)), named);
  }
  const astray = [...objects.keys()].filter((key) => !key.includes('/ledger/') && !named.has(key));
  const left = await Array.fromAsync(world.place.store.leftovers?.('') ?? []);
  return [...astray, ...[...named].filter((key) => !objects.has(key)), ...left.map(({ name }) => name)];
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** Every `path` below a value that is a key. */
function addPaths(value: unknown, paths: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, field] of Object.entries(value)) {
    if (name === 'path' && typeof field === 'string') paths.add(field);
    else addPaths(field, paths);
  }
}
