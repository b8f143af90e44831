import {
  addCounts,
  type Counts,
  collisionBound,
  HOURMILL_VERSION,
  type KeyIdentity,
  type MergedRollUp,
  type ObjectStore,
  REJECTS_FILE,
  type RejectsFile,
  type SidecarFile,
  type StageOneResult,
  type StoredRollUp,
  sha256,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';

/** What stage 1 has made of some input: of an hour as far as it goes, or of what is added to it. */
export interface RolledUp {
  readonly result: StageOneResult;
  /** Fingerprints, oldest first, then the accumulators of the parts. */
  readonly sidecars: readonly SidecarFile[];
}

export function rolledUp(result: StageOneResult): RolledUp {
  const { sidecars = [], ...rest } = result;
  return { result: rest, sidecars };
}

export interface AddOptions {
  /** Of the run that adds, ending in `/`: here parts, sums and rejects of both go. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

/**
 * What an hour is once something is added to it. None of the records is read, and what the base kept the added one must not have:
 * its keys have to be left out before. Everything is durable on return. Where nothing was kept of the added input the base's parts stay.
 */
export async function addTo(
  context: PipelineContext,
  base: RolledUp,
  added: RolledUp,
  { prefix, signal }: AddOptions,
): Promise<RolledUp> {
  const { store, merger, clock } = context;
  const startMs = clock.now();
  const isAnyKept = added.result.parts.length > 0;
  const merged = isAnyKept
    ? await merger.merge({ base: storedRollUp(base), added: storedRollUp(added), store, prefix, signal })
    : null;
  const mergeMs = clock.now() - startMs;
  const rejects = await joinRejects(
    store,
    base.result.rejects,
    added.result.rejects,
    `${prefix}${REJECTS_FILE}`,
    signal,
  );
  const keys = [...base.sidecars, ...added.sidecars].filter(({ kind }) => kind === 'fingerprints');
  const sums = merged?.accumulators ?? storedRollUp(base).accumulators;
  return {
    result: { ...resultOfBoth(base.result, added.result, merged, mergeMs), rejects },
    sidecars: [...keys, ...sums],
  };
}

function storedRollUp({ result: { columns, parts }, sidecars }: RolledUp): StoredRollUp {
  return { columns, parts, accumulators: sidecars.filter(({ kind }) => kind === 'accumulators') };
}

function resultOfBoth(
  base: StageOneResult,
  added: StageOneResult,
  merged: MergedRollUp | null,
  mergeMs: number,
): StageOneResult {
  const counts = addCounts(base.counts, added.counts);
  const late = [...(base.late ?? []), ...(added.late ?? [])];
  return {
    ...base,
    engine: merged === null ? base.engine : { name: 'merge', version: HOURMILL_VERSION, parquet: merged.parquet },
    counts,
    splits: [...base.splits, ...added.splits],
    strays: addStrays(base.strays, added.strays),
    rejectReasons: addNumbers(base.rejectReasons, added.rejectReasons),
    identity: identityOf(base.identity, counts),
    groups: merged?.groups ?? base.groups,
    sums: merged?.sums ?? base.sums,
    parts: merged?.parts ?? base.parts,
    ...(late.length === 0 ? {} : { late }),
    timingsMs: {
      scan: base.timingsMs.scan + added.timingsMs.scan,
      merge: base.timingsMs.merge + added.timingsMs.merge + mergeMs,
    },
    peak: {
      memoryBytes: Math.max(base.peak.memoryBytes, added.peak.memoryBytes, merged?.peakMemoryBytes ?? 0),
      spilledBytes: Math.max(base.peak.spilledBytes, added.peak.spilledBytes),
    },
  };
}

/** Each record that was kept has a key of its own. */
function identityOf(base: KeyIdentity | null, { kept }: Counts): KeyIdentity | null {
  return base === null ? null : { ...base, keys: kept, collisionBound: collisionBound(kept + (base.known ?? 0)) };
}

type Numbers = Readonly<Partial<Record<string, number>>>;

function addNumbers(a: Numbers, b: Numbers): Record<string, number> {
  const sum = new Map<string, number>();
  for (const [name, count = 0] of [...Object.entries(a), ...Object.entries(b)]) {
    sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...sum].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** By time, as one build has them: `other` is the last. */
function addStrays(a: StageOneResult['strays'], b: StageOneResult['strays']): StageOneResult['strays'] {
  const { other, ...hours } = addNumbers(a, b);
  const inOrder = Object.entries(hours).sort(([one], [two]) => Date.parse(one) - Date.parse(two));
  return { ...Object.fromEntries(inOrder), ...(other === undefined ? {} : { other }) };
}

/** Gzip members one after another are one file. */
async function joinRejects(
  store: ObjectStore,
  base: RejectsFile | null,
  added: RejectsFile | null,
  path: string,
  signal: AbortSignal,
): Promise<RejectsFile | null> {
  if (base === null || added === null) return base ?? added;
  const bytes = Buffer.concat([await store.get(base.path, signal), await store.get(added.path, signal)]);
  await store.put(path, bytes, signal);
  return { path, bytes: bytes.length, sha256: sha256(bytes) };
}
