import {
  chunkAt,
  decodeManifest,
  type LateReference,
  type LedgerEntry,
  lateKey,
  type Manifest,
  type NewLedgerEntry,
  NO_COUNTS,
  type ObjectStore,
  parseRunKey,
  runPrefix,
  sha256,
} from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { collectGarbage, type PipelineContext } from '../src/index.ts';
import { CHUNK, type CutPoint, Process, World } from './hour-world.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function contextOf(world: World): PipelineContext {
  return world.context(new Process());
}

/** All keys that manifests name which the ledger names, whether they are there or not. */
async function namedKeys(world: World): Promise<readonly string[]> {
  const { ledger, store } = contextOf(world);
  const named = (await ledger.history(CHUNK)).flatMap(({ manifest }) => (manifest === null ? [] : [manifest]));
  const keys: string[] = [];
  for (const { path } of named) {
    const { result } = decodeManifest(await store.get(path), path);
    keys.push(path, ...result.parts.map((part) => part.path));
  }
  return [...new Set(keys)].sort();
}

const filesOfRuns = (world: World) => [...world.objects.keys()].filter((key) => key.startsWith('p/hours/')).sort();

async function cutsOf(how: CutPoint['how']): Promise<CutPoint[]> {
  const process = new Process();
  await new World().run({}, process);
  return Array.from({ length: process.calls }, (_, index) => index + 1).flatMap((nth) =>
    (['before', 'after'] as const).map((when) => ({ nth, when, how })),
  );
}

describe('gc removes garbage only', () => {
  test('after a run that died at any call: what is named stays, nothing else, and the hour comes to its end', async () => {
    for (const cut of await cutsOf('dies')) {
      const world = new World();
      await world.run({}, new Process(cut));
      await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
      expect(filesOfRuns(world), `cut ${cut.when} call ${cut.nth}`).toEqual(await namedKeys(world));
      while ((await world.run())?.state !== 'done');
      await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
      expect(filesOfRuns(world)).toEqual(await namedKeys(world));
    }
  });

  test('while a run sleeps past its lease at any call: once awake it commits nothing whose files are gone', async () => {
    for (const cut of await cutsOf('sleeps')) {
      const world = new World();
      const process = new Process(cut);
      const sleeper = world.run({}, process);
      await Promise.race([process.asleep, sleeper]);
      world.passAnHour();
      await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
      process.wakeUp();
      await sleeper;
      const missing = (await namedKeys(world)).filter((key) => !world.objects.has(key));
      expect(missing, `asleep ${cut.when} call ${cut.nth}, ${process.cutAt}`).toEqual([]);
      while ((await world.run())?.state !== 'done');
      expect((await namedKeys(world)).filter((key) => !world.objects.has(key))).toEqual([]);
    }
  });

  test('while the first run of a pipeline begins at any of its calls', async () => {
    for (let nth = 1; ; nth++) {
      const world = new World();
      const collector = new Process({ nth, when: 'after', how: 'sleeps' });
      const collecting = collectGarbage(world.context(collector), { graceMs: 0, remove: true });
      await Promise.race([collector.asleep, collecting]);
      if (collector.cutAt === undefined) break;
      await world.run();
      collector.wakeUp();
      await collecting;
      expect(
        (await namedKeys(world)).filter((key) => !world.objects.has(key)),
        collector.cutAt,
      ).toEqual([]);
    }
  });

  test('nothing of a run whose lease stands, and nothing within the grace period', async () => {
    const world = new World();
    const { store, ledger } = contextOf(world);
    await plan(world, 'r1', 3 * 3600_000);
    await store.put(`${runPrefix('p', CHUNK, 'r1')}part-00000.parquet`, bytes('x'));
    world.passAnHour();
    const working = await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    expect(working).toMatchObject({ files: 0, spared: [{ files: 1, why: 'run r1 is at work' }] });
    world.passAnHour();
    world.passAnHour();
    expect(await collectGarbage(contextOf(world), { graceMs: 4 * 3600_000, remove: true })).toMatchObject({ files: 0 });
    const seen = await collectGarbage(contextOf(world), { graceMs: 3600_000 });
    expect(seen).toMatchObject({ deleted: false, files: 1, bytes: 1, garbage: [{ kind: 'run', files: 1 }] });
    expect(filesOfRuns(world)).toHaveLength(1);
    expect((await ledger.history(CHUNK)).at(-1)?.state).toBe('planned');
    await collectGarbage(contextOf(world), { graceMs: 3600_000, remove: true });
    expect(filesOfRuns(world)).toEqual([]);
    expect((await ledger.history(CHUNK)).at(-1)).toMatchObject({
      state: 'abandoned',
      reason: expect.stringContaining('gc'),
    });
  });

  test('files of earlier runs that a later manifest names stay, others of the same folder go', async () => {
    const world = new World();
    const { store } = contextOf(world);
    const old = runPrefix('p', CHUNK, 'r0');
    const names = ['part-00000.parquet', 'fingerprints-00000.keys', 'rejects.ndjson.gz', 'part-00001.parquet'];
    for (const name of names) await store.put(`${old}${name}`, bytes(name));
    await commit(world, 'r1', {
      parts: [{ path: `${old}part-00000.parquet`, rows: 1, bytes: 1, sha256: '' }],
      sidecars: [`${old}fingerprints-00000.keys`],
      rejects: `${old}rejects.ndjson.gz`,
    });
    await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    const kept = filesOfRuns(world).filter((key) => key.startsWith(old));
    expect(kept).toEqual(
      names
        .slice(0, 3)
        .map((name) => `${old}${name}`)
        .sort(),
    );
  });

  test('what a merge has put into folders of its own goes as well, but for what was committed of it', async () => {
    const world = new World();
    const { store } = contextOf(world);
    const dead = `${runPrefix('p', CHUNK, 'r0')}first-pass/part-00000.parquet`;
    const [part, keys] = ['part-00000.parquet', 'fingerprints-00000.keys'].map(
      (name) => `${runPrefix('p', CHUNK, 'r1')}first-pass/${name}`,
    ) as [string, string];
    for (const key of [dead, part, keys]) await store.put(key, bytes('x'));
    await commit(world, 'r1', { sidecars: [keys] });
    await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    expect(filesOfRuns(world).filter((key) => key.includes('first-pass'))).toEqual([keys]);
  });

  test('of a chunk that begins when another one of another length does, each is asked its own ledger', async () => {
    const world = new World();
    const { store } = contextOf(world);
    await world.run();
    const before = await namedKeys(world);
    const other = chunkAt(CHUNK.startMs, 'five_minute');
    await store.put(`${runPrefix('p', other, 'r0')}part-00000.parquet`, bytes('x'));
    await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    expect(filesOfRuns(world)).toEqual(before);
  });

  test('an hour whose manifest is gone keeps all its files, and it is said why', async () => {
    const world = new World();
    await world.run();
    for (const key of filesOfRuns(world)) if (key.endsWith('manifest.json')) world.objects.delete(key);
    const report = await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    expect(report).toMatchObject({ files: 0, spared: [{ why: expect.stringContaining('manifest.json') }] });
    expect(filesOfRuns(world)).toHaveLength(1);
  });

  test.each([
    ['damaged', (key: string, world: World) => void world.objects.set(key, { bytes: bytes('{}'), modifiedMs: 0 })],
    ['gone', (key: string, world: World) => void world.objects.delete(key)],
  ])('a ledger that is %s stops it', async (_, harm) => {
    const world = new World();
    await world.run();
    const before = filesOfRuns(world);
    for (const key of world.objects.keys()) if (key.includes('/ledger/')) harm(key, world);
    await expect(collectGarbage(contextOf(world), { graceMs: 0, remove: true })).rejects.toThrow(
      expect.objectContaining({ code: 'HM_LEDGER_003' }),
    );
    expect(filesOfRuns(world)).toEqual(before);
  });

  test('what doctor has left goes, and files of other pipelines and names stay', async () => {
    const world = new World();
    const { store } = contextOf(world);
    await world.run();
    for (const key of [
      'p/doctor/1-2',
      'p2/hours/2026/11/22/10/r/part-00000.parquet',
      'p/notes.txt',
      'p/hours/notes.txt',
    ])
      await store.put(key, bytes('x'));
    world.passAnHour();
    const report = await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    expect(report.garbage).toMatchObject([{ kind: 'doctor', path: 'p/doctor/1-2', files: 1 }]);
    expect(world.objects.has('p/notes.txt') && world.objects.has('p/hours/notes.txt')).toBe(true);
    expect([...world.objects.keys()].filter((key) => key.startsWith('p2/'))).toHaveLength(1);
  });
});

describe('late rows', () => {
  const LATE_FOR = chunkAt(CHUNK.startMs - 3600_000, 'hour');
  const keyOf = (runId: string, hour = LATE_FOR) => lateKey('p', hour, CHUNK, runId);
  const lateFiles = (world: World) => [...world.objects.keys()].filter((key) => key.startsWith('p/late/')).sort();

  test('that an entry names stay; those of a run that failed or is unknown go', async () => {
    const world = new World();
    const { store, ledger } = contextOf(world);
    for (const runId of ['r1', 'r2', 'r9']) await store.put(keyOf(runId), bytes(runId));
    await commit(world, 'r1', {}, [{ hour: '', path: keyOf('r1'), rows: 1, sha256: '' }]);
    await end(world, 'r1', 'done');
    await plan(world, 'r2', 1000);
    await end(world, 'r2', 'failed');
    await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    expect(lateFiles(world)).toEqual([keyOf('r1')]);
    expect((await ledger.history(CHUNK)).at(-1)?.state).toBe('failed');
  });

  test('of a run that is at work stay; of one that stopped they go, all, and it can no longer commit them', async () => {
    const world = new World();
    const { store, ledger } = contextOf(world);
    const keys = [keyOf('r1'), keyOf('r1', chunkAt(CHUNK.startMs - 7200_000, 'hour'))].sort();
    for (const key of keys) await store.put(key, bytes('x'));
    const planned = await plan(world, 'r1', 3600_000);
    const working = await collectGarbage(contextOf(world), { graceMs: 0, remove: true });
    expect(working).toMatchObject({ files: 0, spared: [{}, {}] });
    world.passAnHour();
    world.passAnHour();
    expect(await collectGarbage(contextOf(world), { graceMs: 0, remove: true })).toMatchObject({
      files: 2,
      spared: [],
    });
    expect(lateFiles(world)).toEqual([]);
    const commits = ledger.append(CHUNK, planned, entry('r1', 'rolled-up', 1000));
    await expect(commits).rejects.toThrow(expect.objectContaining({ code: 'HM_LEDGER_002' }));
  });
});

test('keys of runs and late rows are read back from what writes them', () => {
  for (const granularity of ['day', 'hour', 'five_minute'] as const) {
    const chunk = chunkAt(CHUNK.startMs, granularity);
    expect(parseRunKey('p', `${runPrefix('p', chunk, 'r')}part-00000.parquet`)).toEqual({ chunk, runId: 'r' });
    expect(parseRunKey('p', `${runPrefix('p', chunk, 'r')}input/part-00000.parquet`)).toEqual({ chunk, runId: 'r' });
  }
  for (const key of [
    'p/hours/2026/11/22/10/part',
    'p/hours/2026/13/22/10/r/x',
    'q/hours/2026/11/22/10/r/x',
    'p/hours/x/y/z',
  ])
    expect(parseRunKey('p', key)).toBeUndefined();
});

function entry(runId: string, state: LedgerEntry['state'], leaseMs: number | null): NewLedgerEntry {
  const none = { manifest: null, druid: null, report: null, error: null, reason: null };
  const hour = new Date(CHUNK.startMs).toISOString();
  return { pipeline: 'p', hour, runId, state, owner: 'test', leaseMs, definitionHash: '', listingHash: '', ...none };
}

async function append(world: World, next: NewLedgerEntry): Promise<LedgerEntry> {
  const { ledger } = contextOf(world);
  return ledger.append(CHUNK, (await ledger.history(CHUNK)).at(-1), next);
}

const plan = (world: World, runId: string, leaseMs: number) => append(world, entry(runId, 'planned', leaseMs));
const end = (world: World, runId: string, state: 'done' | 'failed') => append(world, entry(runId, state, null));

interface Named {
  readonly parts?: Manifest['result']['parts'];
  readonly sidecars?: readonly string[];
  readonly rejects?: string;
}

/** Commits a manifest that names these files. */
async function commit(world: World, runId: string, named: Named, late?: readonly LateReference[]): Promise<void> {
  const { store } = contextOf(world);
  await plan(world, runId, 1000);
  const manifest = await storeManifestOf(store, runId, named);
  await append(world, { ...entry(runId, 'rolled-up', 1000), manifest, ...(late && { late }) });
}

async function storeManifestOf(store: ObjectStore, runId: string, { parts = [], sidecars = [], rejects }: Named) {
  const path = `${runPrefix('p', CHUNK, runId)}manifest.json`;
  const result = { parts, rejects: rejects === undefined ? null : { path: rejects }, counts: NO_COUNTS };
  const text = bytes(JSON.stringify({ version: 1, runId, result, sidecars: sidecars.map((key) => ({ path: key })) }));
  await store.put(path, text);
  return { path, sha256: sha256(text) };
}
