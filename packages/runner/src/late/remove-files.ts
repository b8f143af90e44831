import type { ObjectStore } from '@hourmill/core';
import type { RolledUp } from './stored-generations.ts';

/** Removes the files of roll-ups that went into another one, unless that names them too. */
export async function removeUnnamed(
  store: ObjectStore,
  parts: readonly RolledUp[],
  whole: RolledUp,
  signal: AbortSignal,
): Promise<void> {
  const named = new Set(filesOf(whole));
  const all = parts.flatMap(filesOf).filter((path) => !named.has(path));
  await removeFiles(store, all, signal);
}

/** Removes files that no manifest will name. One that stays is garbage, which `hourmill gc` finds: no failure but an abort counts. */
export async function removeFiles(store: ObjectStore, paths: readonly string[], signal: AbortSignal): Promise<void> {
  await Promise.allSettled(paths.map((path) => store.delete(path, signal)));
  signal.throwIfAborted();
}

/** All that a roll-up consists of, but for the rows that it kept for other hours. */
export function filesOf({ result, sidecars }: RolledUp): string[] {
  const { parts, rejects } = result;
  return [...parts, ...sidecars, ...(rejects === null ? [] : [rejects])].map(({ path }) => path);
}
