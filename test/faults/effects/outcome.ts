import { gunzipSync } from 'node:zlib';
import { type LedgerEntry, type Manifest, type ObjectStore, sha256, type TimeChunk } from '@hourmill/core';
import { collectGarbage, lateHours, readManifest } from '@hourmill/runner';
import { objectsOf } from './place.ts';
import { HOUR, NEXT_HOUR, type World } from './world.ts';

/** All that must be the same however it was disturbed. */
export interface Outcome {
  readonly hours: readonly HourOutcome[];
  /** Late rows and objects that wait for the first hour. */
  readonly waiting: string;
}

interface HourOutcome {
  readonly state: LedgerEntry['state'] | undefined;
  readonly input: string | undefined;
  readonly counts: Manifest['result']['counts'] | undefined;
  readonly sums: Manifest['result']['sums'] | undefined;
  readonly strays: Manifest['result']['strays'] | undefined;
  readonly rejects: readonly string[] | undefined;
  readonly keys: number | undefined;
  /** Without their paths, which name the run. */
  readonly parts: readonly { readonly rows: number; readonly sha256: string }[] | undefined;
  /** What Druid serves. */
  readonly served: readonly string[];
}

/**
 * What stands of both hours, after a look at all that their ledgers name.
 * @throws where a ledger is damaged, or a file is missing or not the one that was named
 */
export async function outcomeOf(world: World): Promise<Outcome> {
  const [waiting] = await lateHours(world.onlooker, [HOUR], new AbortController().signal);
  const { rows, newObjects, changedObjects, action } = waiting ?? {};
  return {
    hours: [await hourOutcome(world, HOUR), await hourOutcome(world, NEXT_HOUR)],
    waiting: JSON.stringify({ rows, newObjects, changedObjects, action }),
  };
}

async function hourOutcome(world: World, chunk: TimeChunk): Promise<HourOutcome> {
  const { ledger, store } = world.onlooker;
  const last = (await ledger.history(chunk)).at(-1);
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
    rejects: result && (await rejectsOf(store, result)),
    keys: result?.identity?.keys,
    parts: result?.parts.map((part) => ({ rows: part.rows, sha256: part.sha256 })),
    served: world.druid.rows(chunk),
  };
}

/** The lines: a merge appends a piece to what was compressed before, a rebuild compresses all at once. */
async function rejectsOf(store: ObjectStore, { rejects }: Manifest['result']): Promise<string[]> {
  if (rejects === null) return [];
  return gunzipSync(await store.get(rejects.path))
    .toString('utf8')
    .split('\n');
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
  const isLedger = (key: string) => key.includes('/ledger/');
  const entries = [...objects].filter(([key]) => isLedger(key)).map(([, bytes]) => parse(bytes) as LedgerEntry);
  const named = new Set<string>();
  addPaths(entries, named);
  for (const path of [...named].filter((key) => key.endsWith('manifest.json'))) {
    const manifest = parse(objects.get(path)) as Manifest;
    // The late rows of a run that failed behind its manifest were never committed.
    const isCommitted = entries.some((entry) => entry.manifest?.path === path && entry.state !== 'failed');
    addPaths(isCommitted ? manifest : { ...manifest, result: { ...manifest.result, late: [] } }, named);
  }
  const astray = [...objects.keys()].filter((key) => !isLedger(key) && !named.has(key));
  const left = await Array.fromAsync(world.place.store.leftovers?.('') ?? []);
  return [...astray, ...[...named].filter((key) => !objects.has(key)), ...left.map(({ name }) => name)];
}

function parse(bytes: Uint8Array | undefined): unknown {
  return JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));
}

/** Every `path` below a value that is a key. */
function addPaths(value: unknown, paths: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, field] of Object.entries(value)) {
    if (name === 'path' && typeof field === 'string') paths.add(field);
    else addPaths(field, paths);
  }
}
