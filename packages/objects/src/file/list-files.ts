import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { ObjectInfo } from '@hourmill/core';
import { TEMPORARY_PREFIX } from '../keys.ts';
import { compareUtf8 } from '../utf8-order.ts';
import { unlessMissing } from './errno.ts';
import type { FileSystem } from './file-system.ts';

/**
 * The files below `root` whose path from there begins with `prefix`, in UTF-8 byte order of these paths. Folders are
 * walked as the listing is consumed. Symbolic links are followed; a file that vanishes meanwhile is left out.
 */
export function listFiles(
  fileSystem: FileSystem,
  root: string,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<ObjectInfo> {
  return walk({ fileSystem, root, prefix, signal }, prefix.slice(0, prefix.lastIndexOf('/') + 1));
}

interface Walk {
  readonly fileSystem: FileSystem;
  readonly root: string;
  readonly prefix: string;
  readonly signal: AbortSignal | undefined;
}

/** `folder` is empty or ends in `/`. */
async function* walk(task: Walk, folder: string): AsyncGenerator<ObjectInfo> {
  task.signal?.throwIfAborted();
  for (const key of await keysOf(task, folder)) {
    if (!key.startsWith(task.prefix)) continue;
    if (key.endsWith('/')) {
      yield* walk(task, key);
    } else {
      const facts = await unlessMissing(task.fileSystem.stat(join(task.root, key)));
      if (facts?.isFile()) yield { key, bytes: facts.size, modifiedMs: Math.floor(facts.mtimeMs) };
    }
  }
}

/**
 * What stands in a folder, as keys. That of a folder ends in `/`, and so it sorts where the keys below it belong:
 * `a-b` comes before `a/b`.
 */
async function keysOf({ fileSystem, root }: Walk, folder: string): Promise<string[]> {
  const entries = (await unlessMissing(fileSystem.readdir(join(root, folder)))) ?? [];
  const keys: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(TEMPORARY_PREFIX)) continue;
    const key = `${folder}${entry.name}`;
    keys.push((await isFolder(fileSystem, entry, join(root, key))) ? `${key}/` : key);
  }
  return keys.sort(compareUtf8);
}

async function isFolder(fileSystem: FileSystem, entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await unlessMissing(fileSystem.stat(path)))?.isDirectory() ?? false;
}
