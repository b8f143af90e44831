import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leftover } from '@hourmill/core';
import { TEMPORARY_PREFIX } from '../keys.ts';
import { unlessMissing } from './errno.ts';

/** Temporary files in the root itself and in the folders below `prefix`, which is empty or ends in `/`. */
export async function* listLeftovers(root: string, prefix: string, signal?: AbortSignal): AsyncGenerator<Leftover> {
  yield* leftoversIn(root, '', false, signal);
  if (prefix !== '') yield* leftoversIn(root, prefix, true, signal);
}

async function* leftoversIn(
  root: string,
  folder: string,
  isDeep: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<Leftover> {
  signal?.throwIfAborted();
  for (const entry of (await unlessMissing(readdir(join(root, folder), { withFileTypes: true }))) ?? []) {
    const name = `${folder}${entry.name}`;
    if (entry.isDirectory() && isDeep) yield* leftoversIn(root, `${name}/`, isDeep, signal);
    if (!entry.isFile() || !entry.name.startsWith(TEMPORARY_PREFIX)) continue;
    const path = join(root, name);
    const facts = await unlessMissing(stat(path));
    if (facts === undefined) continue;
    yield {
      name,
      bytes: facts.size,
      modifiedMs: Math.floor(facts.mtimeMs),
      remove: () => rm(path, { force: true }),
    };
  }
}
