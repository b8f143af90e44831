import { join } from 'node:path';
import type { Leftover } from '@hourmill/core';
import { TEMPORARY_PREFIX } from '../keys.ts';
import { unlessMissing } from './errno.ts';
import type { FileSystem } from './file-system.ts';

/** Temporary files in the root itself and in the folders below `prefix`, which is empty or ends in `/`. */
export async function* listLeftovers(
  fileSystem: FileSystem,
  root: string,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<Leftover> {
  yield* leftoversIn({ fileSystem, root, signal }, '', false);
  if (prefix !== '') yield* leftoversIn({ fileSystem, root, signal }, prefix, true);
}

interface Place {
  readonly fileSystem: FileSystem;
  readonly root: string;
  readonly signal: AbortSignal | undefined;
}

async function* leftoversIn(place: Place, folder: string, isDeep: boolean): AsyncGenerator<Leftover> {
  const { fileSystem, root, signal } = place;
  signal?.throwIfAborted();
  for (const entry of (await unlessMissing(fileSystem.readdir(join(root, folder)))) ?? []) {
    const name = `${folder}${entry.name}`;
    if (entry.isDirectory() && isDeep) yield* leftoversIn(place, `${name}/`, isDeep);
    if (!entry.isFile() || !entry.name.startsWith(TEMPORARY_PREFIX)) continue;
    const path = join(root, name);
    const facts = await unlessMissing(fileSystem.stat(path));
    if (facts === undefined) continue;
    yield {
      name,
      bytes: facts.size,
      modifiedMs: Math.floor(facts.mtimeMs),
      remove: async () => void (await unlessMissing(fileSystem.unlink(path))),
    };
  }
}
