import type { Engine, KnownKeys, LateRequest, Plan, SidecarRequest, Source, StageOneResult } from '@hourmill/core';
import { fingerprintsOf, type KeySet, keysOf, memoryKeys, openKeySet } from '@hourmill/sidecar';
import type { PipelineContext } from '../context.ts';
import { fingerprintFiles } from '../plan/lookback.ts';
import type { ResolvedRunOptions } from '../run/run-options.ts';
import { filesOf, removeFiles } from './remove-files.ts';
import { rolledUp } from './stored-generations.ts';

/** Input that is added to an hour. */
export interface AddedInput {
  readonly plan: Plan;
  readonly source: Source;
  readonly engine: Engine;
  /** Where a record of one of these keys is a duplicate. */
  readonly known: readonly KeySet[];
  readonly sidecars: SidecarRequest;
  readonly late?: LateRequest;
  /** Of the run, ending in `/`. */
  readonly prefix: string;
}

/** More than any h1. */
const END = 1n << 64n;

/**
 * Rolls up what is added, without the records of known keys. The keys of these are not read as a whole: the first pass finds out which keys
 * the added input has, and only where some of them are known a second one leaves those out.
 */
export async function buildAdded(
  context: PipelineContext,
  added: AddedInput,
  options: ResolvedRunOptions,
): Promise<StageOneResult> {
  const { store } = context;
  const { signal } = options;
  const first = await pass(context, added, 'first-pass/', undefined, options);
  if (added.known.length === 0) return first;
  const keys = await storedKeys(openKeySet(store, fingerprintFiles(rolledUp(first))), signal);
  const found = await Promise.all(added.known.map((set) => set.intersect(keys, signal)));
  const known = sortedKeys(Buffer.concat(found));
  if (known.length === 0) return first;
  const { late: _, ...again } = added;
  const second = await pass(context, again, 'second-pass/', memoryKeys(known), options);
  await removeFiles(store, filesOf(rolledUp(first)), signal);
  // Strays do not depend on what is known.
  return first.late === undefined ? second : { ...second, late: first.late };
}

function pass(
  { store }: PipelineContext,
  { plan, source, engine, sidecars, late, prefix }: AddedInput,
  folder: string,
  known: KnownKeys | undefined,
  { signal, onProgress }: ResolvedRunOptions,
): Promise<StageOneResult> {
  return engine.build({
    plan,
    source,
    store,
    prefix: `${prefix}${folder}`,
    sidecars,
    ...(known && { known }),
    ...(late && { late }),
    signal,
    onProgress: (progress) => onProgress({ kind: 'scan', chunk: plan.chunk, progress }),
  });
}

async function storedKeys(set: KnownKeys, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of set.read(0n, END, signal)) pieces.push(piece.slice());
  return sortedKeys(Buffer.concat(pieces));
}

/** Sorted, and each key once. */
function sortedKeys(keys: Uint8Array): Uint8Array {
  return isAscending(keys) ? keys : keysOf(fingerprintsOf(keys));
}

function isAscending(keys: Uint8Array): boolean {
  const view = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  for (let at = 16; at < keys.length; at += 16) {
    const [before, here] = [view.getBigUint64(at - 16, true), view.getBigUint64(at, true)];
    if (before > here) return false;
    if (before === here && view.getBigUint64(at - 8, true) >= view.getBigUint64(at + 8, true)) return false;
  }
  return true;
}
